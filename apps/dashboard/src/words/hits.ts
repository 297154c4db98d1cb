/** A piece of a text; `hit`: it is what was searched for. */
export interface HitPiece {
  readonly text: string;
  readonly hit: boolean;
}

/** As a search compares: without case and accents. One unit of the result for one of the text, so that places agree. */
function compared(text: string): string {
  return Array.from(text, (letter) => {
    const bare = letter.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
    return bare.length === letter.length
      ? bare
      : letter.toLowerCase().padEnd(letter.length).slice(0, letter.length);
  }).join('');
}

/** Where the words of a search stand in a text. */
export function hitsIn(text: string, words: readonly string[]): readonly HitPiece[] {
  const within = compared(text);
  const isHit = new Array<boolean>(text.length).fill(false);
  for (const word of words) {
    for (let at = within.indexOf(word); at >= 0; at = within.indexOf(word, at + word.length)) {
      isHit.fill(true, at, at + word.length);
    }
  }
  const pieces: HitPiece[] = [];
  for (let begin = 0, at = 1; at <= text.length; at++) {
    if (at < text.length && isHit[at] === isHit[begin]) continue;
    pieces.push({ text: text.slice(begin, at), hit: isHit[begin] ?? false });
    begin = at;
  }
  return pieces;
}

/** The words of a search, as {@link hitsIn} wants them. */
export function searchWords(q: string): readonly string[] {
  return compared(q)
    .split(/\s+/)
    .filter((word) => word !== '');
}
