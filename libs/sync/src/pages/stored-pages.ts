import { boundSql, LeaseLost, LOCK_LEASE, sqlUnderLease } from '#platform';

import { commitPage } from './commit-page.js';
import { type PageProgress, type PageSink } from './list-pages.js';
import { type ReadPage } from './read-persons.js';
import { type RunContext } from '../runs/run-context.js';
import { type FallbackReason, type Run } from '../runs/run.entity.js';

/** A page token this old, in minutes, is not followed any more: much may have changed under its list. */
const STALE_AFTER_MINUTES = 60;

/** The pages of a run in the database. */
export class StoredPages implements PageSink {
  readonly run: Run;

  private constructor(
    private readonly context: RunContext,
    private stored: number,
  ) {
    this.run = context.run;
  }

  /** Of a run that has just begun. */
  static none(context: RunContext): StoredPages {
    return new StoredPages(context, 0);
  }

  /**
   * Goes on behind the last stored page. A listing that was left for more than an hour starts again, and so does one
   * that leads nowhere, because the process ended between the last page of an incomplete list and the run's failure:
   * what such a list showed must not count beside what the next one shows.
   */
  static async resume(context: RunContext): Promise<StoredPages> {
    const { em, run } = context;
    const [row] = await boundSql<{ pages: number; stale: boolean | null }>(
      em,
      `select coalesce(max(page), 0) as pages,
         max(shown_at) < clock_timestamp() - make_interval(mins => $3) as stale
       from sync_run_pages where run_id = $1 and epoch = $2`,
      [run.id, run.epoch, STALE_AFTER_MINUTES],
    );
    const pages = new StoredPages(context, row?.pages ?? 0);
    const leadsNowhere = pages.stored > 0 && run.nextPageToken == null;
    if (run.pendingSyncToken == null && (row?.stale === true || leadsNowhere)) await pages.beginEpoch(null);
    return pages;
  }

  get pages(): number {
    return this.stored;
  }

  /** Marks and tombstones of earlier epochs no longer count. */
  async beginEpoch(fallbackReason: FallbackReason | null): Promise<void> {
    const { em, lease, run } = this.context;
    run.epoch += 1;
    run.nextPageToken = null;
    this.stored = 0;
    if (fallbackReason !== null) {
      run.mode = 'full';
      run.fallbackReason = fallbackReason;
      run.syncToken = null;
    }
    const [row] = await sqlUnderLease<{ now: string }>(
      em,
      lease,
      `with lease as materialized (${LOCK_LEASE})
       update sync_runs set epoch = $4, epoch_started_at = lease.now, next_page_token = null, mode = $5,
         fallback_reason = $6, sync_token = $7
       from lease where id = $3 returning lease.now`,
      [run.id, run.epoch, run.mode, run.fallbackReason ?? null, run.syncToken ?? null],
    );
    if (row === undefined) throw new LeaseLost(lease.name);
    run.epochStartedAt = new Date(row.now);
  }

  async add(page: ReadPage, progress: PageProgress): Promise<void> {
    await commitPage(this.context, page, progress);
    this.stored += 1;
  }
}
