import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type CountryCode } from 'libphonenumber-js/max';

import { allRegions } from './all-regions.sql.js';
import { ownRegions } from './own-regions.sql.js';

/** Where the phone numbers of accounts are dialled that do not tell their country: in the account's own region, else in the service's. */
export class AccountRegions {
  /** @param region of accounts that have none of their own; left out: not known */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly region?: CountryCode,
  ) {}

  /** The regions of all accounts, or of one, each once. */
  async among(accountId?: string): Promise<(CountryCode | undefined)[]> {
    if (accountId !== undefined) return [...(await this.of([accountId])).values()];
    return [...new Set([this.region, ...(await allRegions(this.em.fork()))])];
  }

  /** The region of each of the accounts. */
  async of(accountIds: readonly string[]): Promise<ReadonlyMap<string, CountryCode | undefined>> {
    const own = await ownRegions(this.em.fork(), accountIds);
    return new Map<string, CountryCode | undefined>([
      ...accountIds.map((id) => [id, this.region] as const),
      ...own.map(({ id, region }) => [id, region] as const),
    ]);
  }
}
