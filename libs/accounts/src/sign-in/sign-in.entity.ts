import { defineEntity, p } from '@mikro-orm/core';

/** A sign-in on its way through Google's pages, in the database, so that any process may receive the browser back. */
export const SignInEntity = defineEntity({
  name: 'SignIn',
  tableName: 'sign_ins',
  properties: {
    /** Of the state that comes back with the browser, see {@link hashOf}. Whoever takes it first ends the sign-in. */
    stateHash: p.text().fieldName('state').primary(),
    /** PKCE's secret (RFC 7636). It is of no use without the code, which Google gives to the browser alone. */
    codeVerifier: p.text(),
    expiresAt: p.datetime(),
    /** The account that is to be signed in again; null for whoever comes. */
    accountId: p.uuid().nullable(),
    /** The link that it was begun by; null for none. */
    linkHash: p.text().nullable(),
    takenAt: p.datetime().nullable(),
    endedAt: p.datetime().nullable(),
    /** The account that it ended with; null where it was refused. */
    connectedAccountId: p.uuid().nullable(),
  },
});
