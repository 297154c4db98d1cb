import { describe, expect, it } from '@jest/globals';

import { readIdToken } from './id-token.js';

const tokenOf = (claims: unknown): string =>
  ['header', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'signature'].join('.');

const SUBJECT = '104729482750385719283';

describe('An id_token', () => {
  it('says who signed in', () => {
    expect(readIdToken(tokenOf({ sub: SUBJECT, email: 'ada@example.org' }))).toEqual({
      subject: SUBJECT,
      email: 'ada@example.org',
    });
  });

  it.each([
    undefined,
    null,
    7,
    {},
    '',
    'garbage',
    'a.b.c',
    tokenOf(null),
    tokenOf([]),
    tokenOf('text'),
    tokenOf({}),
  ])('that is none says nothing: %p', (idToken) => {
    expect(readIdToken(idToken)).toEqual({ subject: null, email: null });
  });

  it.each(['', '\u0000', '1\u00002', 'ä', 'a b', 'x'.repeat(256), 7, null])('has no such sub: %p', (sub) => {
    expect(readIdToken(tokenOf({ sub, email: 'ada@example.org' }))).toEqual({
      subject: null,
      email: 'ada@example.org',
    });
  });

  it.each(['', 'a\u0000@example.org', '\ud800', 'x'.repeat(255), 7, null])(
    'has no such address: %p',
    (email) => {
      expect(readIdToken(tokenOf({ sub: SUBJECT, email }))).toEqual({ subject: SUBJECT, email: null });
    },
  );
});
