import { describe, expect, it } from '@jest/globals';

import { fitting } from './fitting.js';

describe('What fits into a page', () => {
  it.each([
    [[], []],
    [['abc'], ['abc']],
    [
      ['abc', 'de'],
      ['abc', 'de'],
    ],
    [
      ['abc', 'de', 'f'],
      ['abc', 'de'],
    ],
    [['abc', 'def'], ['abc']],
    [['abcdef', 'g'], ['abcdef']],
    // Two bytes each.
    [['éé', 'é'], ['éé']],
    [
      ['', '', 'abcdef'],
      ['', ''],
    ],
  ])('of %j in 5 bytes: %j', (texts, shown) => {
    expect(fitting(texts, 5)).toEqual(shown);
  });

  it('is found without making the texts behind it', () => {
    let made = 0;
    const texts = function* (): Generator<string> {
      for (;;) {
        made += 1;
        yield 'abc';
      }
    };
    expect(fitting(texts(), 5)).toEqual(['abc']);
    expect(made).toBe(2);
  });
});
