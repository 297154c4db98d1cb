import { defineEntity, p } from '@mikro-orm/core';

/** A browser that somebody has signed in with; who that was, one of three ways. */
export const SessionEntity = defineEntity({
  name: 'Session',
  tableName: 'sessions',
  properties: {
    /** Of what the browser keeps, see {@link hashOf}. */
    secretHash: p.text().primary(),
    /** An issued token, with which it goes. */
    tokenId: p.uuid().nullable(),
    /** One of API_TOKENS, by its name. */
    configuredName: p.text().nullable(),
    /** Of session and token, see {@link proofOf}. */
    configuredProof: p.text().nullable(),
    /** A person, by OpenID Connect. */
    issuer: p.text().nullable(),
    subject: p.text().nullable(),
    personName: p.text().nullable(),
    /** Those of the person that gave a scope. */
    groups: p.array().nullable(),
    expiresAt: p.datetime(3),
  },
});
