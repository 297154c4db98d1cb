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

const ONE = 'canary-one-0123456789ab';
const TWO = 'canary-two-0123456789ab';
const SHORT = 'canary-of-21-characte';
const ACCOUNT = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';

describe('The list of API tokens', () => {
  it('holds nothing where it is empty', () => {
    expect(parseApiTokens('')).toEqual([]);
    expect(parseApiTokens(' , ')).toEqual([]);
  });

  it('takes a bare token for one that may do everything with every account', () => {
    expect(parseApiTokens(ONE)).toEqual([
      { name: 'token 1', token: ONE, scopes: new Set(['operate', 'read', 'admin']), accountId: null },
    ]);
  });

  it('takes a name, scopes, and the one account that a token may see', () => {
    expect(parseApiTokens(`ada:read+operate@${ACCOUNT.toUpperCase()}:${ONE}`)).toEqual([
      { name: 'ada', token: ONE, scopes: new Set(['read', 'operate']), accountId: ACCOUNT },
    ]);
    expect(parseApiTokens(`ada:read:${ONE}`)).toMatchObject([{ accountId: null }]);
  });

  it('names bare tokens by their place, and passes over blanks', () => {
    const tokens = parseApiTokens(` ${ONE} ,, ada:read:${TWO} , third-0123456789abcdef `);
    expect(tokens.map(({ name }) => name)).toEqual(['token 1', 'ada', 'token 3']);
  });

  it('takes tokens of 22 characters', () => {
    expect(parseApiTokens('a'.repeat(22))).toHaveLength(1);
  });

  const NEITHER = /entry \(number 1\) that is neither/;
  const ACCOUNT_ID = /entry \(number 1\) whose @ is not followed by the id of an account/;
  it.each([
    ['no token of fewer than 22 characters', SHORT, /token \(entry 1\) of fewer than 22 characters/],
    ['none with a name either', `${ONE},ada:read:${SHORT}`, /token \(entry 2\) of fewer than 22/],
    ['no token that no header can carry', `ada:read:canary ${ONE}`, /token \(entry 1\) with a space/],
    ['no letter beyond ASCII in a token', `ada:read:${ONE}é`, /beyond ASCII/],
    ['no unknown scope', `ada:write:${ONE}`, /unknown scope in entry 1.*operate, read, admin/],
    ['no entry without a scope', `ada::${ONE}`, /unknown scope in entry 1/],
    ['no binding to nothing', `ada:read@:${ONE}`, ACCOUNT_ID],
    ['no binding to what is no id', `ada:read@4711:${ONE}`, ACCOUNT_ID],
    ['no binding to two accounts', `ada:read@${ACCOUNT}@${ACCOUNT}:${ONE}`, ACCOUNT_ID],
    ['no entry without a name', `:read:${ONE}`, NEITHER],
    ['no name that a log line could not hold', `a\tb:read:${ONE}`, /name \(entry 1\) that is not 1 to 64/],
    ['no entry without a token', 'ada:read:', NEITHER],
    ['no entry of two parts', `ada:${ONE}`, NEITHER],
    ['no entry of four parts', `ada:read:${ONE}:x`, NEITHER],
    ['no token twice', `ada:read:${ONE},${TWO},${ONE}`, /the same token in entries 1 and 3/],
    ['no name twice', `ada:read:${ONE},ada:operate:${TWO}`, /the same name in entries 1 and 2/],
    ['no name of a bare token', `token 2:read:${ONE},${TWO}`, /the same name in entries 1 and 2/],
  ])('takes %s, and says which entry is wrong', (_, text, message) => {
    expect(messageOf(text)).toMatch(message);
  });

  it.each([
    ['alone and too short', SHORT],
    ['in the place of the scopes', `ada:${ONE}:read`],
    ['in the place of the name', `${ONE}:read:${SHORT}`],
    ['in the place of the account', `ada:read@${ONE}:${TWO}`],
    ['behind a scope', `ada:read+${ONE}:${TWO}`],
    ['behind too many colons', `ada:read:x:${ONE}`],
    ['with too few', `ada:${ONE}`],
    ['twice', `a:read:${ONE},${ONE}`],
    ['with a tab before it', `\t:read:${ONE}`],
  ])('shows nothing of a token, wherever it stands: %s', (_, text) => {
    expect(messageOf(text)).not.toMatch(/canary/);
  });
});
