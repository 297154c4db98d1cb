import { defineEntity, p } from '@mikro-orm/core';

/** A sign-in on its way through Google's pages, in the database, so that any process may receive the browser back. */
export const SignInEntity = defineEntity({
  name: 'SignIn',
  tableName: 'sign_ins',
  properties: {
    /** Comes back with the browser. Whoever takes it first ends the sign-in. */
    state: p.text().primary(),
    /** PKCE's secret (RFC 7636). */
    codeVerifier: p.text(),
    expiresAt: p.datetime(),
    /** The account that is to be signed in again; null for whoever comes. */
    accountId: p.uuid().nullable(),
    takenAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    /** The account that it ended with; null where it was refused. */
    connectedAccountId: p.uuid().nullable(),
  },
});
