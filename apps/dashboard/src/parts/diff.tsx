import { fieldLabel, valueLines } from '../words/fields.js';
import { cut, type Piece, wordDiff } from '../words/word-diff.js';
import { Icon } from './icon.js';

type Facts = Readonly<Record<string, unknown>>;

interface DiffProps {
  readonly fields: readonly string[];
  /** null: there was nothing before. */
  readonly before: Facts | null;
  readonly after: Facts | null;
  /** How many characters of a value are shown; left out: 2,000. */
  readonly most?: number;
}

/** Field by field what was and what is, with what differs marked; a reader hears "was …, now …". */
export function Diff({ fields, before, after, most = 2_000 }: DiffProps) {
  return (
    <dl className="diff">
      {fields.map((field) => (
        <FieldDiff key={field} name={field} before={before?.[field]} after={after?.[field]} most={most} />
      ))}
    </dl>
  );
}

interface FieldDiffProps {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly most: number;
}

function FieldDiff({ name, before, after, most }: FieldDiffProps) {
  const { removed, added } = changedLines(valueLines(before), valueLines(after));
  const pairs = Math.min(removed.length, added.length);
  const compared = removed.slice(0, pairs).map((line, at) => wordDiff(line, added[at] ?? '', most));
  return (
    <>
      <dt>{fieldLabel(name)}</dt>
      <dd>
        {removed.map((line, at) => (
          <del key={at} dir="auto">
            <span className="vh">was </span>
            <Pieces pieces={compared[at]?.before ?? [{ text: cut(line, most), changed: true }]} />
          </del>
        ))}
        {added.map((line, at) => (
          <ins key={at} dir="auto">
            <span className="vh">now </span>
            <Pieces pieces={compared[at]?.after ?? [{ text: cut(line, most), changed: true }]} />
          </ins>
        ))}
        {removed.length + added.length === 0 && (
          <span className="muted">changed in what is not shown here</span>
        )}
      </dd>
    </>
  );
}

function Pieces({ pieces }: { readonly pieces: readonly Piece[] }) {
  return pieces.map(({ text, changed }, at) => (changed ? <mark key={at}>{text}</mark> : text));
}

/** The lines that one side has and the other has not; their order alone is no change. */
function changedLines(before: readonly string[], after: readonly string[]) {
  return {
    removed: before.filter((line) => !after.includes(line)),
    added: after.filter((line) => !before.includes(line)),
  };
}

/** The same in one line: the first value that differs. */
export function InlineDiff({
  field,
  before,
  after,
}: {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}) {
  const short = changedLines(valueLines(before, true), valueLines(after, true));
  // Where a label alone has changed, it is shown.
  const isSame = short.removed.length + short.added.length === 0;
  const { removed, added } = isSame ? changedLines(valueLines(before), valueLines(after)) : short;
  const [was] = removed;
  const [now] = added;
  if (was === undefined && now === undefined) return null;
  return (
    <p data-field={field}>
      <del className="was" dir="auto">
        <span className="vh">was </span>
        {inLine(was)}
      </del>
      <To />
      <ins className="now" dir="auto">
        <span className="vh">, now </span>
        {inLine(now)}
      </ins>
    </p>
  );
}

/** Between what was and what is; drawn, because few fonts have an arrow. */
export function To() {
  return (
    <span className="to">
      <Icon name="to" />
    </span>
  );
}

const MOST_IN_LINE = 80;

function inLine(text: string | undefined): string {
  return text === undefined ? 'none' : cut(text, MOST_IN_LINE);
}
