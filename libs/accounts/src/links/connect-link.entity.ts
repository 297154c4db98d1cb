import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** A link that leads one person through a sign-in, made for a product that has its own page. */
export const ConnectLinkEntity = defineEntity({
  name: 'ConnectLink',
  tableName: 'connect_links',
  properties: {
    /** Of the secret part of its address, see {@link hashOf}. */
    tokenHash: p.text().primary(),
    /** What the account is to be known by; null: nothing. */
    reference: p.text().nullable(),
    /** Where the browser goes afterwards; null: it stays on a page of ours. */
    returnUrl: p.text().nullable(),
    /** The address or id of the person whom Google is to offer; null: anybody. */
    loginHint: p.text().nullable(),
    expiresAt: p.datetime(),
    /** When a sign-in with it was finished. */
    usedAt: p.datetime().nullable(),
    /** The account that it connected, with which it goes. */
    accountId: p.uuid().nullable(),
  },
});

export type ConnectLink = InferEntity<typeof ConnectLinkEntity>;
