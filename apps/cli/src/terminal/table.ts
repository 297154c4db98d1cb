import stringWidth from 'string-width';

import { safeText } from './safe-text.js';
import { type Colour, coloured, type Screen } from './screen.js';

export interface Cell {
  readonly text: string;
  readonly colour?: Colour | undefined;
}

export type CellValue = string | number | null | undefined | Cell;

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => CellValue;
  readonly align?: 'right';
  /** Ids are of no use in part. */
  readonly isWhole?: boolean;
}

const GAP = '  ';
const SHORTEST = 6;

/** Rows under titles, aligned; on a terminal no line is longer than it is wide. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[], screen: Screen): string {
  const cells = rows.map((row) => columns.map((column) => cellOf(column.of(row))));
  // A column that says nothing takes no room.
  const shown = columns
    .map((column, index) => ({ column, texts: cells.map((line) => line[index] ?? { text: '' }) }))
    .filter(({ texts }) => texts.some(({ text }) => text !== ''));
  const widths = fitted(
    shown.map(({ column, texts }) => ({
      width: Math.max(stringWidth(column.title), ...texts.map(({ text }) => stringWidth(text))),
      isWhole: column.isWhole === true,
    })),
    screen.width,
  );
  const line = (parts: readonly { cell: Cell; isRight: boolean }[]): string =>
    parts
      .map(({ cell, isRight }, index) => {
        const width = widths[index] ?? 0;
        const text = cut(cell.text, width);
        const space = ' '.repeat(Math.max(0, width - stringWidth(text)));
        const painted = coloured(text, cell.colour, screen);
        if (isRight) return space + painted;
        return index === parts.length - 1 ? painted : painted + space;
      })
      .join(GAP)
      .trimEnd();
  const head = shown.map(({ column }) => ({
    cell: { text: column.title, colour: 'dim' as const },
    isRight: column.align === 'right',
  }));
  const body = rows.map((_, row) =>
    shown.map(({ column, texts }) => ({
      cell: texts[row] ?? { text: '' },
      isRight: column.align === 'right',
    })),
  );
  return [head, ...body].map((parts) => `${line(parts)}\n`).join('');
}

/** `Name   value` lines, for one thing. */
export function facts(pairs: readonly (readonly [string, CellValue])[], screen: Screen): string {
  const said = pairs
    .map(([name, value]) => [name, cellOf(value)] as const)
    .filter(([, { text }]) => text !== '');
  const width = Math.max(0, ...said.map(([name]) => stringWidth(name)));
  return said
    .map(([name, { text, colour }]) => {
      const title = coloured(name, 'dim', screen) + ' '.repeat(width - stringWidth(name));
      return `${title}${GAP}${coloured(text, colour, screen)}\n`;
    })
    .join('');
}

function cellOf(value: CellValue): Cell {
  if (value === null || value === undefined) return { text: '' };
  if (typeof value !== 'object') return { text: safeText(String(value)) };
  return { ...value, text: safeText(value.text) };
}

/** The widest columns give way first, but no id is cut. */
function fitted(columns: readonly { width: number; isWhole: boolean }[], most: number): number[] {
  const widths = columns.map(({ width }) => width);
  const whole = () => widths.reduce((sum, width) => sum + width, GAP.length * Math.max(0, widths.length - 1));
  while (whole() > most) {
    const [widest] = columns
      .map(({ isWhole }, index) => ({ isWhole, index, width: widths[index] ?? 0 }))
      .filter(({ isWhole, width }) => !isWhole && width > SHORTEST)
      .sort((a, b) => b.width - a.width);
    if (widest === undefined) break;
    widths[widest.index] = widest.width - 1;
  }
  return widths;
}

const graphemes = new Intl.Segmenter();

/** @returns the text, with … where it was too wide */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
