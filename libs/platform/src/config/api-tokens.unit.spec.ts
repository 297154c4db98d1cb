import { describe, expect, it } from '@jest/globals';

import { parseApiTokens } from './api-tokens.js';

const messageOf = (text: string): string => {
  try {
    parseApiTokens(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('It was read');
};

describe('The list of API tokens', () => {
  it('holds nothing where it is empty', () => {
    expect(parseApiTokens('')).toEqual([]);
    expect(parseApiTokens(' , ')).toEqual([]);
  });

  it('takes a bare token for one that may do everything with every account', () => {
    expect(parseApiTokens('0123456789')).toEqual([
      {
        name: 'token 1',
        token: '0123456789',
        scopes: new Set(['operate', 'read', 'admin']),
        accountId: null,
      },
    ]);
  });

  it('takes a name, scopes, and the one account that a token may see', () => {
    expect(parseApiTokens('ada:read+operate@4711:0123456789')).toEqual([
      { name: 'ada', token: '0123456789', scopes: new Set(['read', 'operate']), accountId: '4711' },
    ]);
    expect(parseApiTokens('ada:read:0123456789')).toMatchObject([{ accountId: null }]);
  });

  it('names bare tokens by their place, and passes over blanks', () => {
    const tokens = parseApiTokens(' 0123456789 ,, ada:read:abcdefgh , 9876543210 ');
    expect(tokens.map(({ name }) => name)).toEqual(['token 1', 'ada', 'token 3']);
  });

  it.each([
    ['no token of fewer than 8 characters', '0123456', /token \(entry 1\) of fewer than 8 characters/],
    [
      'none with a name either',
      'good-token,ada:read:0123456',
      /token \(entry 2\) of fewer than 8 characters/,
    ],
    ['no unknown scope', 'ada:write:0123456789', /unknown scope "write" in entry 1.*operate, read, admin/],
    ['no entry without a scope', 'ada::0123456789', /unknown scope "" in entry 1/],
    ['no entry without a name', ':read:0123456789', /entry \(number 1\) that is neither/],
    ['no entry without a token', 'ada:read:', /entry \(number 1\) that is neither/],
    ['no entry of two parts', 'ada:0123456789', /entry \(number 1\) that is neither/],
    ['no entry of four parts', 'ada:read:0123456789:x', /entry \(number 1\) that is neither/],
    ['no token twice', 'ada:read:0123456789,0123456789', /names a token twice/],
  ])('takes %s, and says which entry is wrong', (_, text, message) => {
    expect(messageOf(text)).toMatch(message);
  });

  it('never shows a token in what it says', () => {
    for (const text of [
      'secret1',
      'ada:write:secret-token',
      'ada:secret-token',
      'a:read:secret-token,secret-token',
    ])
      expect(messageOf(text)).not.toContain('secret');
  });
});
