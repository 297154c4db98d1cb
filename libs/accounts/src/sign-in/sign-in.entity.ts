import { defineEntity, p } from '@mikro-orm/core';

/** A sign-in on its way through Google's pages, in the database, so that any process may receive the browser back. */
export const SignInEntity = defineEntity({
  name: 'SignIn',
  tableName: 'sign_ins',
  properties: {
    /** Comes back with the browser, once. */
    state: p.text().primary(),
    /** PKCE's secret (RFC 7636). */
    codeVerifier: p.text(),
    expiresAt: p.datetime(),
  },
});
