/** A piece of a text; `changed`: the other text does not have it. */
export interface Piece {
  readonly text: string;
  readonly changed: boolean;
}

/** Beyond it the texts are compared at their ends alone: the table would be larger than it is worth. */
const MOST_CELLS = 60_000;
/** Of a text that is longer only its begin is shown here; the whole one stands at the contact. */
const MOST_SHOWN = 2_000;

/** What differs between two texts, word by word. @param most characters of each that are shown */
export function wordDiff(
  before: string,
  after: string,
  most = MOST_SHOWN,
): { before: Piece[]; after: Piece[] } {
  const old = wordsOf(cut(before, most));
  const fresh = wordsOf(cut(after, most));
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < fresh.length - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  ) {
    tail++;
  }
  const oldMiddle = old.slice(head, old.length - tail);
  const freshMiddle = fresh.slice(head, fresh.length - tail);
  const common =
    oldMiddle.length * freshMiddle.length > MOST_CELLS ? [] : commonPairs(oldMiddle, freshMiddle);
  const same = { before: new Set(common.map(([at]) => at)), after: new Set(common.map(([, at]) => at)) };
  const pieces = (all: readonly string[], middle: readonly string[], kept: ReadonlySet<number>) =>
    merged([
      { text: all.slice(0, head).join(''), changed: false },
      ...middle.map((text, at) => ({ text, changed: !kept.has(at) })),
      { text: all.slice(all.length - tail).join(''), changed: false },
    ]);
  return { before: pieces(old, oldMiddle, same.before), after: pieces(fresh, freshMiddle, same.after) };
}

/** The begin of a text; the whole one stands elsewhere. */
export function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** Words, and what stands between them. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+|[^\p{L}\p{N}\p{M}]/gu) ?? [];
}

/** The longest common subsequence, as pairs of places. */
function commonPairs(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** Neighbours of a kind as one; a space between two changed words counts as changed, too. */
function merged(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  pieces.forEach(({ text, changed }, at) => {
    if (text === '') return;
    const last = result.at(-1);
    const isBridge = text === ' ' && last?.changed === true && pieces[at + 1]?.changed === true;
    if (last !== undefined && (last.changed === changed || isBridge)) {
      result[result.length - 1] = { text: last.text + text, changed: last.changed };
    } else result.push({ text, changed });
  });
  return result;
}
