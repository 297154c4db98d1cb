import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';
import { type CountryCode } from 'libphonenumber-js/max';

/**
 * The regions that accounts have of their own, each once. It is SQL for `distinct`: there may be ten thousand accounts, in two
 * or three regions.
 */
export async function allRegions(em: SqlEntityManager): Promise<CountryCode[]> {
  const rows = await boundSql<{ region: CountryCode }>(
    em,
    'select distinct region from accounts where region is not null',
  );
  return rows.map(({ region }) => region);
}
