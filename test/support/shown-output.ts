const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const ADDRESS = String.raw`127\.0\.0\.1:\d+`;

/** What differs each time, and the pattern of what may stand in its place. */
const PARTS: readonly (readonly [part: string, pattern: (part: string) => string])[] = [
  [ID, () => ID],
  ['[0-9a-f]{8}-…', () => '[0-9a-f]{8}-.*?'],
  [TIME, () => TIME],
  [ADDRESS, () => ADDRESS],
  [String.raw`\d+(?:\.\d+)? m?s\b`, () => String.raw`\d+(?:\.\d+)?m?s`],
  ['…', () => '.*?'],
  // In text, white space does not count.
  [String.raw`\s+`, () => ''],
  ['.', (part) => part.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`)],
];
const ANY_PART = new RegExp(PARTS.map(([part]) => `(${part})`).join('|'), 'gsu');
/** What one answer tells and a later command names: it has to be the same one then. */
const NAMED = new RegExp(`^(?:${ID}|${ADDRESS})$`);

/** Ids and addresses of a document, and what is there in the place of each. */
export type Names = Map<string, string>;

/** A text of the document, with what is there in place of its names. */
export function asItIsHere(text: string, names: Names): string {
  return [...names].reduce((changed, [name, here]) => changed.replaceAll(name, here), text);
}

/**
 * Whether a program printed what the document shows: `…` stands for anything, and ids, addresses, times and durations
 * are others. What it calls by a name that the document has not had so far is added to the names.
 *
 * @param shown in JSON, members may stand in any order, and are all there are where no `…` stands among them
 */
export function isShown(shown: string, isJson: boolean, printed: string, names: Names): boolean {
  if (!isJson) return isLike(shown, printed, names, ['', '']);
  const expected = shortenedJson(shown);
  return [printed, ...printed.split('\n')].some((text) => {
    const found = new Map(names);
    if (!fits(expected, json(text), found)) return false;
    for (const [name, here] of found) names.set(name, here);
    return true;
  });
}

const LEFT_OUT = '…';

function shortenedJson(text: string): unknown {
  const whole = text
    .replaceAll(/"(?:[^"\\]|\\.)*"|\s*,?\s*…\s*,?\s*/g, (part) =>
      part.startsWith('"') ? part : `,"${LEFT_OUT}":0,`,
    )
    .replaceAll(/(?<=\{),|,(?=\})/g, '');
  return JSON.parse(whole);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fits(shown: unknown, printed: unknown, names: Names): boolean {
  if (typeof shown === 'string')
    return typeof printed === 'string' && isLike(shown, printed, names, ['^', '$']);
  if (typeof shown !== 'object' || shown === null) return shown === printed;
  if (typeof printed !== 'object' || printed === null) return false;
  const [expected, there] = [new Map(Object.entries(shown)), new Map(Object.entries(printed))];
  const isShortened = expected.delete(LEFT_OUT);
  if (!isShortened && expected.size !== there.size) return false;
  return [...expected].every(([name, value]) => there.has(name) && fits(value, there.get(name), names));
}

function isLike(
  shown: string,
  printed: string,
  names: Names,
  [begin, end]: readonly [string, string],
): boolean {
  const found: string[] = [];
  const pattern = shown.replaceAll(ANY_PART, (part, ...groups: (string | undefined)[]) => {
    const of = PARTS[groups.findIndex((group) => group !== undefined)]?.[1](part) ?? '';
    if (!NAMED.test(part)) return of;
    const here = names.get(part);
    if (here !== undefined) return here.replaceAll('.', String.raw`\.`);
    if (found.includes(part)) return `(?:\\${found.indexOf(part) + 1})`;
    found.push(part);
    return `(${of})`;
  });
  const match = new RegExp(begin + pattern + end, 's').exec(printed.replaceAll(/\s+/g, ''));
  for (const [index, name] of found.entries()) {
    const here = match?.[index + 1];
    if (here !== undefined) names.set(name, here);
  }
  return match !== null;
}
