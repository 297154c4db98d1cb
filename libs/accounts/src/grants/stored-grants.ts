import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { AccountEntity } from '../account.entity.js';

/** An account's refresh token as it is stored. */
export interface StoredGrant {
  readonly accountId: string;
  readonly stored: string;
}

const LOWEST_ID = '00000000-0000-0000-0000-000000000000';
const PAGE = 200;

/** Every stored refresh token, a page at a time, by account; those that come meanwhile may be left out. */
export async function* storedGrants(em: SqlEntityManager): AsyncGenerator<StoredGrant[]> {
  for (let after = LOWEST_ID; ;) {
    const accounts = await em
      .fork()
      .find(
        AccountEntity,
        { id: { $gt: after }, refreshToken: { $ne: null } },
        { fields: ['refreshToken'], orderBy: { id: 'asc' }, limit: PAGE },
      );
    const last = accounts.at(-1);
    if (last === undefined) return;
    yield accounts.map(({ id, refreshToken }) => ({ accountId: id, stored: refreshToken ?? '' }));
    after = last.id;
  }
}
