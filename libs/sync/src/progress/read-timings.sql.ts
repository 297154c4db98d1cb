import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type ComparisonAges, MOST_PAGES, type PageTiming } from '../runs/page-timing.js';

/** Times in ms since 1970. */
export interface StoredTimings {
  /** When the run ended; left out while it goes on. */
  readonly at?: number;
  readonly comparison?: ComparisonAges;
  readonly pages: readonly (readonly [storedAt: number, timing: PageTiming])[];
}

/**
 * The timings of a run: of one that is over in its row, of one that goes on with its pages. SQL, because the row's column
 * is none of the entity's: it may be long, and is asked for here alone. By the primary keys.
 */
export async function readTimings(em: SqlEntityManager, runId: string): Promise<StoredTimings> {
  const [row] = await boundSql<{ timings: Partial<StoredTimings> | null }>(
    em,
    `select coalesce(timings, (
         select jsonb_build_object('pages', jsonb_agg(jsonb_build_array(
           round(extract(epoch from shown_at) * 1000), timing) order by epoch, page))
         from (
           select * from sync_run_pages page where page.run_id = $1 and page.timing is not null
           order by epoch, page limit $2
         ) as page)) as timings
     from sync_runs where id = $1`,
    [runId, MOST_PAGES],
  );
  const { pages, ...timings } = row?.timings ?? {};
  return { ...timings, pages: pages ?? [] };
}
