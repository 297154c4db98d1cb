/**
 * What nobody sees: zero-width characters, soft hyphens, marks of direction, fillers, variation selectors. Also joiners
 * of emoji, so text is compared and ordered without them, never shown without them.
 */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** U+2800 is the Braille pattern without dots. */
const BLANK = /[\p{White_Space}\u2800]+/gu;
const CONTROLS = /\p{Cc}/gu;
const SEEN = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]/u;

/** Whether anything of a text can be seen; one that is blank says as little as an empty one. */
export function isVisible(text: string): boolean {
  return SEEN.test(text);
}

/** What is seen of a text, to compare and to order by: without blanks at its ends, and without what is invisible. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, '').replace(BLANK, ' ').replace(CONTROLS, '').trim();
}
