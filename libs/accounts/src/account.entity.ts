import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { type CountryCode } from 'libphonenumber-js/max';

export type AccountState = 'connected' | 'needs-reauth' | 'disconnected' | 'erasing';

/** A Google account that is, or was, connected. */
export const AccountEntity = defineEntity({
  name: 'Account',
  tableName: 'accounts',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    email: p.text().nullable(),
    /** The person's id at Google, which an account is known by; null for one of old that was never asked. */
    googleSubject: p.text().nullable(),
    /** What the product that had it connected calls it; no other account has the same. */
    reference: p.text().nullable(),
    state: p.text().$type<AccountState>(),
    /** Encrypted, see {@link RefreshTokenVault}. */
    refreshToken: p.text().nullable(),
    /** The person's address, in whose name a service account asks; null: the person has signed in. */
    delegatedSubject: p.text().nullable(),
    connectedAt: p.datetime(),
    /** Its own interval in place of SYNC_INTERVAL. */
    syncIntervalMs: p.bigint('number').nullable(),
    paused: p.boolean().default(false),
    /** Its own place in DEFAULT_REGION's. */
    region: p.text().$type<CountryCode>().nullable(),
  },
});

export type Account = InferEntity<typeof AccountEntity>;

/** What an account is called where nobody named it. */
export function ownName({
  id,
  email,
  googleSubject,
}: Pick<Account, 'id' | 'email' | 'googleSubject'>): string {
  return email ?? googleSubject ?? id;
}
