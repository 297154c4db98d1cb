import { Fragment, type ReactNode } from 'react';

import { count } from '../words/numbers.js';

/** Stands for what is not shown here. */
export class Folded {
  constructor(readonly text: string) {}
}

interface JsonViewProps {
  readonly value: unknown;
  /** What it is, for readers. */
  readonly label: string;
  /** Paths whose lines are marked: `phoneNumbers[1].value`, `data.contact.biography`. */
  readonly marks?: readonly string[];
  /** Why they are marked. */
  readonly tone?: 'changed' | 'wrong';
}

const LONG_TEXT = 2_000;
const LONG_LIST = 200;
const SHORT_LINE = 72;

interface Line {
  readonly path: string;
  readonly indent: number;
  readonly parts: ReactNode;
  /** All that is in it stands in this line. */
  readonly isWhole: boolean;
}

/** JSON as people read it: in lines, coloured, cut where it is long, with some places marked. */
export function JsonView({ value, label, marks = [], tone = 'changed' }: JsonViewProps) {
  const lines = [...linesOf(value, { path: '', indent: 0, key: null, tail: '' })];
  return (
    <pre className="code" tabIndex={0} aria-label={label}>
      {lines.map(({ path, indent, parts, isWhole }, at) => {
        const isMarked = marks.some((mark) => isWithin(path, mark) || (isWhole && isWithin(mark, path)));
        return (
          <Fragment key={at}>
            <span className={isMarked ? `hl ${tone === 'changed' ? 'hg' : ''}` : undefined}>
              {'  '.repeat(indent)}
              {parts}
            </span>
            {'\n'}
          </Fragment>
        );
      })}
    </pre>
  );
}

function isWithin(path: string, mark: string): boolean {
  return mark !== '' && (path === mark || (path.startsWith(mark) && /^[.[]/.test(path.slice(mark.length))));
}

interface Place {
  readonly path: string;
  readonly indent: number;
  readonly key: string | null;
  /** A comma where something follows. */
  readonly tail: string;
}

function* linesOf(value: unknown, place: Place): Generator<Line> {
  const { path, indent, key, tail } = place;
  const name = key === null ? null : <Key name={key} />;
  const line = (parts: ReactNode, isWhole = false): Line => ({ path, indent, parts, isWhole });
  if (value instanceof Folded) {
    yield line(
      <span className="c">
        {key === '…' ? '… ' : name}
        {value.text}
        {tail}
      </span>,
    );
  } else if (typeof value !== 'object' || value === null) {
    yield line(
      <>
        {name}
        <Scalar value={value} />
        {tail}
      </>,
    );
  } else if (isShort(value)) {
    yield line(
      <>
        {name}
        <OneLine value={value} />
        {tail}
      </>,
      true,
    );
  } else {
    const isList = Array.isArray(value);
    const all: [string, unknown][] = Object.entries(value);
    const shown = all.slice(0, LONG_LIST);
    yield line(
      <>
        {name}
        {isList ? '[' : '{'}
      </>,
    );
    for (const [at, [member, one]] of shown.entries()) {
      const inner = isList ? `${path}[${member}]` : path === '' ? member : `${path}.${member}`;
      yield* linesOf(one, {
        path: inner,
        indent: indent + 1,
        key: isList ? null : member,
        tail: at < all.length - 1 ? ',' : '',
      });
    }
    if (all.length > shown.length) {
      yield {
        ...line(<span className="c">… {count(all.length - shown.length)} more</span>),
        indent: indent + 1,
      };
    }
    yield line(
      <>
        {isList ? ']' : '}'}
        {tail}
      </>,
    );
  }
}

/** Small lists and items of lists stand in one line. */
function isShort(value: object): boolean {
  const values: unknown[] = Object.values(value);
  if (values.some((one) => typeof one === 'object' && one !== null)) return false;
  if (values.some((one) => typeof one === 'string' && one.length > SHORT_LINE)) return false;
  return values.length === 0 || JSON.stringify(value).length <= SHORT_LINE;
}

function OneLine({ value }: { readonly value: object }) {
  const isList = Array.isArray(value);
  const all: [string, unknown][] = Object.entries(value);
  const space = isList || all.length === 0 ? '' : ' ';
  return (
    <>
      {isList ? '[' : '{'}
      {space}
      {all.map(([member, one], at) => (
        <span key={member}>
          {!isList && <Key name={member} />}
          <Scalar value={one} />
          {at < all.length - 1 && ', '}
        </span>
      ))}
      {space}
      {isList ? ']' : '}'}
    </>
  );
}

function Key({ name }: { readonly name: string }) {
  return (
    <>
      <span className="k">{JSON.stringify(name)}</span>:{' '}
    </>
  );
}

function Scalar({ value }: { readonly value: unknown }) {
  if (typeof value !== 'string') return <span className="n">{JSON.stringify(value)}</span>;
  if (value.length <= LONG_TEXT) return <span className="s">{JSON.stringify(value)}</span>;
  return (
    <>
      <span className="s">{JSON.stringify(value.slice(0, LONG_TEXT))}</span>
      <span className="c"> … {count(value.length - LONG_TEXT)} more letters</span>
    </>
  );
}
