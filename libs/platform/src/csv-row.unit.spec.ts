import { describe, expect, it } from '@jest/globals';

import { csvRow } from './csv-row.js';

describe('A row of CSV', () => {
  it.each([
    [['a', 'b'], 'a,b'],
    [['', 'b', ''], ',b,'],
    [['a,b', 'say "hi"', 'two\nlines'], '"a,b","say ""hi""","two\nlines"'],
  ])('quotes what has to be: %j', (cells, row) => {
    expect(csvRow(cells)).toBe(`${row}\r\n`);
  });

  it.each([
    '=1+1',
    '=HYPERLINK("http://evil.example")',
    '+cmd|calc',
    '+1,A1',
    '-2+A1',
    '-(SUM(1))',
    '@SUM(1)',
    '\tx',
    '\rx',
    '\n=x',
    '+33 6;12',
    '+1 ::: =1',
    '+1 ::: +A1',
  ])('lets no program take %j for a formula', (cell) => {
    const row = csvRow([cell]);
    expect(row.replace(/^"/, '').startsWith(`'${cell[0] ?? ''}`)).toBe(true);
    expect(
      csvRow([cell], { raw: true })
        .replace(/^"/, '')
        .startsWith(cell[0] ?? ''),
    ).toBe(true);
  });

  it.each([
    '+33 6 12 34 56 78',
    '+1 (555) 010-9999',
    '+49.30/123',
    '--12-10',
    '-5',
    '+33 1 ::: 06 12',
    "'quoted",
  ])('leaves %j as it is', (cell) => {
    expect(csvRow([cell])).toBe(`${cell}\r\n`);
  });
});
