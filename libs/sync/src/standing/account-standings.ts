import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { decodeCursor, type Page, pageOfRows, type PageRequest } from '#platform';

import {
  countStandings,
  type Health,
  HEALTHS,
  STANDING_STATES,
  type StandingCount,
  type StandingState,
  type SyncRhythm,
} from './account-standing.sql.js';
import { type LeastFresh, readLeastFresh } from './least-fresh.sql.js';
import {
  type AccountSort,
  type AccountStanding,
  listStandings,
  placeIn,
  type StandingFilter,
} from './list-standings.sql.js';

/** How many accounts there are; those of all states add up to it, and so do those of each health. */
export interface StandingTotals {
  readonly accounts: number;
  readonly state: Readonly<Record<StandingState, number>>;
  readonly health: Readonly<Record<Health, number>>;
  /** Accounts that do not mend themselves. */
  readonly needPerson: number;
}

/** How accounts stand, for whoever looks at them. */
export class AccountStandings {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly times: { readonly rhythm: SyncRhythm },
  ) {}

  /** @param sort left out: in the order in which they were connected. @throws CodedError invalid-cursor */
  async list({
    limit,
    cursor,
    sort = 'connectedAt',
    ...filter
  }: PageRequest & StandingFilter & { readonly sort?: AccountSort }): Promise<Page<AccountStanding>> {
    const behind = cursor === undefined ? null : decodeCursor(cursor, placeIn(sort)).slice(1);
    const found = await listStandings(this.em.fork(), this.times.rhythm, filter, {
      sort,
      behind,
      limit: limit + 1,
    });
    return pageOfRows(found, limit, ({ place }) => [sort, ...place]);
  }

  /** @returns null: there is no such account */
  async find(accountId: string): Promise<AccountStanding | null> {
    const { items } = await this.list({ accountId, limit: 1 });
    return items[0] ?? null;
  }

  /** @param accountId only of this one; null: of all */
  async totals(accountId: string | null): Promise<StandingTotals> {
    const counts = await countStandings(this.em.fork(), this.times.rhythm, accountId);
    const sum = (belongs: (standing: StandingCount) => boolean): number =>
      counts.filter(belongs).reduce((total, { count }) => total + count, 0);
    return {
      accounts: sum(() => true),
      state: totalsOf(STANDING_STATES, (state) => sum((standing) => standing.state === state)),
      health: totalsOf(HEALTHS, (health) => sum((standing) => standing.health === health)),
      needPerson: sum(({ needsPerson }) => needsPerson),
    };
  }

  /** @param accountId only this one; null: of all */
  async leastFresh(accountId: string | null): Promise<LeastFresh> {
    return readLeastFresh(this.em.fork(), accountId);
  }
}

function totalsOf<Key extends string>(
  keys: readonly Key[],
  total: (key: Key) => number,
): Readonly<Record<Key, number>> {
  return Object.fromEntries(keys.map((key) => [key, total(key)])) as Record<Key, number>;
}
