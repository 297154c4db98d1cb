import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';
import { type CountryCode } from 'libphonenumber-js/max';

export interface OwnRegion {
  readonly id: string;
  readonly region: CountryCode;
}

/**
 * Those of the accounts that have a region of their own. It is SQL because each look-up of a number asks, and MikroORM takes
 * several times the processor time of the statement to write it and to make entities of what comes.
 */
export async function ownRegions(em: SqlEntityManager, accountIds: readonly string[]): Promise<OwnRegion[]> {
  return boundSql(em, 'select id, region from accounts where id = any($1::uuid[]) and region is not null', [
    accountIds,
  ]);
}
