import { describe, expect, it } from '@jest/globals';

import { table, withBlocks } from './blocks.js';

const PAGE = `# Page

Prose of $1.

<!-- One, by npm run docs:page -->

| Old |
| --- |
| 1   |

More prose.
`;

describe('What the code says in a page', () => {
  it('replaces what it said before, and nothing else', () => {
    expect(withBlocks(PAGE, new Map([['One', '$& | new']]))).toBe(
      PAGE.replace('| Old |\n| --- |\n| 1   |', () => '$& | new'),
    );
  });

  it('has a place, and each place has its text', () => {
    expect(() => withBlocks(PAGE, new Map())).toThrow('The page asks for "One"');
    expect(() =>
      withBlocks(
        PAGE,
        new Map([
          ['One', ''],
          ['Two', ''],
        ]),
      ),
    ).toThrow('The page has no place for Two');
  });

  it('keeps its columns apart', () => {
    expect(
      table([
        ['A', 'Long'],
        ['a|b', ''],
      ]),
    ).toBe('| A    | Long |\n| ---- | ---- |\n| a\\|b |      |');
  });
});
