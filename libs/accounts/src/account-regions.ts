import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type CountryCode } from 'libphonenumber-js/max';

import { AccountEntity } from './account.entity.js';

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
    const own = await this.em
      .fork()
      .createQueryBuilder(AccountEntity)
      .select('region', true)
      .where({ region: { $ne: null } })
      .execute<{ region: CountryCode }[]>('all');
    return [...new Set([this.region, ...own.map(({ region }) => region)])];
  }

  /** The region of each of the accounts. */
  async of(accountIds: readonly string[]): Promise<ReadonlyMap<string, CountryCode | undefined>> {
    const regions = new Map(accountIds.map((id) => [id, this.region]));
    const own = await this.em
      .fork()
      .find(
        AccountEntity,
        { id: { $in: [...regions.keys()] }, region: { $ne: null } },
        { fields: ['region'] },
      );
    for (const { id, region } of own) regions.set(id, region ?? this.region);
    return regions;
  }
}
