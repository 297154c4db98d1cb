import { noticesOf } from '#event-store';

import { removeSeenAgain } from '../deletions/held-deletions.sql.js';
import { endsWithItsPages, type RunEnd, runEnded, successfulEnd } from '../runs/end-run.sql.js';
import { changeUnderLease } from '#platform';
import { type RunContext } from '../runs/run-context.js';
import { contactsShown } from '../runs/run-tally.js';
import { tallyToStore } from '../runs/store-tally.sql.js';
import { type FallbackReason } from '../runs/run.entity.js';
import { type SyncList } from '../runs/sync-list.entity.js';
import { beginEpoch } from './begin-epoch.sql.js';
import { type ListDescription, type ReadPage } from './list-description.js';
import { type PageProgress, type PageSink } from './list-pages.js';
import { pageTiming } from '../runs/page-timing.js';
import { pageToStore, progressToStore } from './store-page.sql.js';

/** The pages of a run in the database. */
export class StoredPages implements PageSink {
  /**
   * @param stored how many pages the current epoch has already
   * @param endQuietly ends the run where its last page says nothing
   */
  constructor(
    private readonly context: RunContext,
    private readonly description: ListDescription,
    private stored: number,
    private readonly endQuietly: (end: RunEnd) => Promise<void>,
  ) {}

  get run(): RunContext['run'] {
    return this.context.run;
  }

  get list(): SyncList {
    return this.context.list;
  }

  get count(): number {
    return this.stored;
  }

  /** Marks and tombstones of earlier epochs no longer count. */
  async beginEpoch(fallbackReason: FallbackReason | null): Promise<void> {
    const { em, lease, run, list } = this.context;
    list.epoch += 1;
    list.nextPageToken = null;
    this.stored = 0;
    if (fallbackReason !== null) {
      run.mode = 'full';
      run.fallbackReason = fallbackReason;
    }
    list.epochStartedAt = await beginEpoch(em, lease, run, list);
  }

  /**
   * Stores one page: its events, the snapshots and keys they change, what it showed, and where the run goes on, in one
   * statement. After a crash the run goes on exactly where its events end.
   *
   * Deletions that the page tells are only noted: a tombstone under a name that some later person lists among its
   * previous names is no deletion, so they wait for the end of the run.
   *
   * @throws LeaseLost, VersionConflict: nothing is stored
   */
  async add(page: ReadPage, progress: PageProgress): Promise<void> {
    const { em, lease, run, list, tally } = this.context;
    const decided = await this.description.decide(this.context, page);
    const { shown, appended } = decided;
    tally.addPage(shown);
    tally.addDeletions('merged', decided.merged);
    list.nextPageToken = progress.nextPageToken;
    list.pendingSyncToken = progress.pendingSyncToken;
    run.totalItems = progress.totalItems ?? run.totalItems ?? null;
    run.statistics = tally.statistics();
    const isEnd = endsWithItsPages(this.context);
    const timing = () => pageTiming(progress.times.ages(), decided);
    const seen = contactsShown(shown);
    if (isEnd && seen.length + decided.quarantined.length + decided.changes.length === 0) {
      await this.endQuietly({ ...this.context, lastPage: timing });
      return;
    }
    await changeUnderLease(
      em,
      lease,
      [
        // The last come first, so the append, for which other accounts wait, comes last.
        ...appended,
        ...(isEnd
          ? successfulEnd([{ ...this.context, lastPage: timing }], appended)
          : [
              tallyToStore(run, appended),
              progressToStore(run, list),
              pageToStore(run, list.epoch, progress.page, shown, decided.previousNames, {
                timing: timing(),
              }),
            ]),
        removeSeenAgain(run.accountId, seen, decided.quarantined),
        ...decided.changes,
      ],
      [...noticesOf(appended), ...(isEnd ? [runEnded(run)] : [])],
    );
    this.stored += 1;
  }
}
