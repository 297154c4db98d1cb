import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

export type AccountState = 'connected' | 'needs-reauth' | 'disconnected' | 'erasing';

/** A Google account that is, or was, connected. */
export const AccountEntity = defineEntity({
  name: 'Account',
  tableName: 'accounts',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    email: p.text().nullable(),
    /** The `sub` of Google's id_token: who signed in, whatever the address. */
    googleSubject: p.text().nullable(),
    state: p.text().$type<AccountState>(),
    /** Encrypted, see {@link RefreshTokenVault}. */
    refreshToken: p.text().nullable(),
    connectedAt: p.datetime().nullable(),
    /** Its own interval in place of SYNC_INTERVAL. */
    syncIntervalMs: p.bigint('number').nullable(),
    paused: p.boolean().default(false),
  },
});

export type Account = InferEntity<typeof AccountEntity>;
