import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { cursorPart, decodeCursor, type Page, pageOfRows, type PageRequest } from '#platform';
import { z } from 'zod';

import {
  type AccountStanding,
  countStandings,
  type Health,
  HEALTHS,
  listStandings,
  STANDING_STATES,
  type StandingFilter,
  type StandingState,
  type SyncRhythm,
} from './account-standing.sql.js';

/** How many accounts there are; those of all states add up to it, and so do those of each health. */
export interface StandingTotals {
  readonly accounts: number;
  readonly state: Readonly<Record<StandingState, number>>;
  readonly health: Readonly<Record<Health, number>>;
}

const place = z.tuple([cursorPart.time, cursorPart.id]);

/** How accounts stand, for whoever looks at them. */
export class AccountStandings {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly times: { readonly rhythm: SyncRhythm },
  ) {}

  /** In the order in which they were connected. @throws CodedError invalid-cursor */
  async list({ limit, cursor, ...filter }: PageRequest & StandingFilter): Promise<Page<AccountStanding>> {
    const behind = cursor === undefined ? null : decodeCursor(cursor, place);
    const found = await listStandings(this.em.fork(), this.times.rhythm, filter, {
      behind,
      limit: limit + 1,
    });
    return pageOfRows(found, limit, ({ connectedAt, accountId }) => [connectedAt.toISOString(), accountId]);
  }

  /** @param accountId only of this one; null: of all */
  async totals(accountId: string | null): Promise<StandingTotals> {
    const counts = await countStandings(this.em.fork(), this.times.rhythm, accountId);
    const sum = (belongs: (standing: Omit<AccountStanding, 'accountId'>) => boolean): number =>
      counts.filter(belongs).reduce((total, { count }) => total + count, 0);
    return {
      accounts: sum(() => true),
      state: totalsOf(STANDING_STATES, (state) => sum((standing) => standing.state === state)),
      health: totalsOf(HEALTHS, (health) => sum((standing) => standing.health === health)),
    };
  }
}

function totalsOf<Key extends string>(
  keys: readonly Key[],
  total: (key: Key) => number,
): Readonly<Record<Key, number>> {
  return Object.fromEntries(keys.map((key) => [key, total(key)])) as Record<Key, number>;
}
