import { lastAppended, noticesOf } from '#event-store';
import { type Change, changeUnderLease } from '#platform';

import { decideSightings } from '../snapshots/decide-sightings.js';
import { sourceKey } from '../snapshots/contact-snapshots.js';
import { PageDirectory } from '../snapshots/page-directory.js';
import { quarantineToWrite } from '../quarantine/quarantine.js';
import { endsWithItsPages, runEnded, successfulEnd } from '../worker/finish-run.js';
import { seenAgain } from '../deletions/held-deletions.js';
import { type PageProgress } from './list-pages.js';
import { type ReadPage } from './read-persons.js';
import { decisionContext, type RunContext } from '../runs/run-context.js';
import { outcomeLetters, type PageShown, unchanged } from '../runs/run-tally.js';
import { type Run } from '../runs/run.entity.js';
import { understandPersons } from './understand-persons.js';

/**
 * Stores one page: its events, the snapshots and keys they change, what it showed, and where the run goes on, in one
 * statement. After a crash the run goes on exactly where its events end.
 *
 * Deletions that the page tells are only noted: a tombstone under a name that some later person lists among its
 * previous names is no deletion, so they wait for the end of the run.
 *
 * @throws LeaseLost, VersionConflict: nothing is stored
 */
export async function commitPage(
  runContext: RunContext,
  page: ReadPage,
  progress: PageProgress,
): Promise<void> {
  const { em, lease, run, tally, append } = runContext;
  const directory = await PageDirectory.read(em, run.accountId, page.shown, {
    runId: run.id,
    epoch: run.epoch,
  });
  // Out of the page, which lives on until it is stored: raw persons that the collector meets twice are dear to it.
  const {
    asBefore,
    seen,
    rawHashes,
    quarantined: refused,
  } = understandPersons(page.shown.splice(0), directory);
  const quarantined = [...page.quarantined, ...refused];
  const context = decisionContext(run, directory.readAt);
  const { decision, changes } = await decideSightings(em, seen, context, directory, rawHashes);
  const shown: PageShown = {
    contactIds: [...asBefore.map(({ contactId }) => contactId), ...decision.outcomes.keys()],
    outcomes: unchanged(asBefore.length) + outcomeLetters(decision.outcomes),
    tombstones: page.deleted.map((person) => person.resourceName),
    quarantined: quarantined.map((person) => person.key),
  };
  tally.addPage(shown);
  tally.addDeletions('merged', decision.merges.size);
  run.nextPageToken = progress.nextPageToken;
  run.pendingSyncToken = progress.pendingSyncToken;
  run.totalItems = progress.totalItems ?? run.totalItems ?? null;
  run.statistics = tally.statistics();

  const appended = append(decision.events, decision.snapshots);
  const isEnd = endsWithItsPages(runContext);
  const previousNames = [...seen, ...quarantined].flatMap((person) => person.previousResourceNames);
  await changeUnderLease(
    em,
    lease,
    [
      // The last come first, so the append, for which other accounts wait, comes last.
      ...appended,
      ...(isEnd
        ? successfulEnd(runContext, appended)
        : [progressToStore(run, appended), pageToStore(run, progress.page, shown, previousNames)]),
      seenAgain(
        run.accountId,
        shown.contactIds,
        quarantined.flatMap((person) => [person.key, ...person.sourceIds.map(sourceKey)]),
      ),
      ...quarantineToWrite(run, quarantined, [...asBefore, ...seen]),
      ...changes,
    ],
    [...noticesOf(appended), ...(isEnd ? [runEnded(run)] : [])],
  );
}

function pageToStore(
  run: Run,
  page: number,
  { contactIds, outcomes, tombstones, quarantined }: PageShown,
  previousNames: readonly string[],
): Change {
  return {
    sql: `insert into sync_run_pages
        (run_id, epoch, page, contact_ids, outcomes, tombstones, previous_names, quarantined)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    parameters: [run.id, run.epoch, page, contactIds, outcomes, tombstones, previousNames, quarantined],
  };
}

function progressToStore(run: Run, appended: readonly Change[]): Change {
  return {
    sql: `update sync_runs set next_page_token = $2, pending_sync_token = $3, total_items = $4,
        statistics = $5::jsonb, last_position = ${lastAppended(appended, 'last_position')}
      where id = $1`,
    parameters: [
      run.id,
      run.nextPageToken,
      run.pendingSyncToken,
      run.totalItems,
      JSON.stringify(run.statistics),
    ],
  };
}
