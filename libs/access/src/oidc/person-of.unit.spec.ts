import { describe, expect, it } from '@jest/globals';

import { personOf } from './person-of.js';

const of = (claims: object, claim = 'groups') =>
  personOf({ sub: 'id-1', ...claims }, 'https://issuer.example', claim);

describe('A person of an OpenID provider', () => {
  it.each([
    ['their address', { email: 'ada@example.org', name: 'Ada' }, 'ada@example.org'],
    [
      'their user name, where the address may be of somebody else',
      { email: 'ada@example.org', email_verified: false, preferred_username: 'ada' },
      'ada',
    ],
    ['their name, where there is nothing better', { name: 'Ada Lovelace' }, 'Ada Lovelace'],
    ['their id, where there is nothing at all', { name: '', email: 7 }, 'id-1'],
    ['what a line of a log can hold', { name: 'Ada\nLovelace' }, 'Ada Lovelace'],
  ])('is called by %s', (_, claims, name) => {
    expect(of(claims)).toMatchObject({ subject: 'id-1', name });
  });

  it.each([
    ['a list', { groups: ['a', 'b'] }, 'groups', ['a', 'b']],
    ['one alone', { groups: 'a' }, 'groups', ['a']],
    ['another claim', { 'https://example.org/roles': ['a'] }, 'https://example.org/roles', ['a']],
    ['what is none', { groups: [1, null, 'a'] }, 'groups', ['a']],
    ['none', {}, 'groups', []],
  ])('is in the groups of %s', (_, claims, claim, groups) => {
    expect(of(claims, claim).groups).toEqual(groups);
  });
});
