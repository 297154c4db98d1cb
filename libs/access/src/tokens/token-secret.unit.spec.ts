import { describe, expect, it } from '@jest/globals';

import { drawToken, isWellFormed } from './token-secret.js';

describe('A token that is issued', () => {
  it('is known by its prefix, is never the same, and is 52 characters that need no escaping', () => {
    const [one, other] = [drawToken(), drawToken()];
    expect(one).toMatch(/^cst_[\w-]{48}$/);
    expect(one).not.toBe(other);
    expect([one, other].every(isWellFormed)).toBe(true);
  });

  it('is told from one with a slip in any place', () => {
    const token = drawToken();
    const slips = Array.from(
      token,
      (letter, at) => token.slice(0, at) + (letter === 'A' ? 'B' : 'A') + token.slice(at + 1),
    );
    expect(slips.filter(isWellFormed)).toEqual([]);
  });

  it.each([
    '',
    'cst_',
    'cst_abc',
    `cst_${'A'.repeat(47)}B`,
    `${drawToken()}A`,
    ` ${drawToken()}`,
    `${drawToken()}\n`,
  ])('is told from %j', (text) => {
    expect(isWellFormed(text)).toBe(false);
  });
});
