import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundChanges, boundSql } from '#platform';

import { decideSightings } from '../contacts/decide-sightings.js';
import { sourceKey } from '../contacts/contact-heads.js';
import { PageDirectory } from '../contacts/page-directory.js';
import { underLease } from '../lease/lease.js';
import { understoodAgain, writeQuarantine } from '../quarantine/quarantine.js';
import { endsWithItsPages, succeed } from './finish-run.js';
import { seenAgain } from './held-deletions.js';
import { type PageProgress } from './list-pages.js';
import { type ReadPage } from './read-persons.js';
import { decisionContext, type RunContext } from './run-context.js';
import { outcomeLetters, type PageShown, unchanged } from './run-tally.js';
import { type Run } from './run.entity.js';
import { understandPersons } from './understand-persons.js';

/**
 * Stores one page: its events, the heads and keys they change, what it showed, and where the run goes on, in one
 * transaction. After a crash the run goes on exactly where its events end.
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
  const list = { runId: run.id, epoch: run.epoch };
  const reading = PageDirectory.read(em, run.accountId, page.shown, list);
  // Where the transaction fails first, that is what is told.
  reading.catch(() => undefined);
  await underLease(em, lease, async (tx, now) => {
    const directory = await reading;
    const { asBefore, seen, rawHashes, quarantined: refused } = understandPersons(page.shown, directory);
    const quarantined = [...page.quarantined, ...refused];
    const context = decisionContext(run, now);
    const { decision, changes } = await decideSightings(tx, seen, context, directory, rawHashes);
    await writeQuarantine(tx, run.accountId, run.id, quarantined);
    const shown: PageShown = {
      contactIds: [...asBefore.map(({ contactId }) => contactId), ...decision.outcomes.keys()],
      outcomes: unchanged(asBefore.length) + outcomeLetters(decision.outcomes),
      tombstones: page.deleted.map((person) => person.resourceName),
      quarantined: quarantined.map((person) => person.key),
    };
    await boundChanges(tx, [
      ...changes,
      understoodAgain(run.accountId, [...asBefore, ...seen]),
      seenAgain(
        run.accountId,
        shown.contactIds,
        quarantined.flatMap((person) => [person.key, ...person.sourceIds.map(sourceKey)]),
      ),
      {
        sql: `insert into sync_run_pages
            (run_id, epoch, page, contact_ids, outcomes, tombstones, previous_names, quarantined)
          values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        parameters: [
          run.id,
          run.epoch,
          progress.page,
          shown.contactIds,
          shown.outcomes,
          shown.tombstones,
          [...seen, ...quarantined].flatMap((person) => person.previousResourceNames),
          shown.quarantined,
        ],
      },
    ]);
    tally.addPage(shown);
    tally.addDeletions('merged', decision.merges.size);
    run.nextPageToken = progress.nextPageToken;
    run.pendingSyncToken = progress.pendingSyncToken;
    run.totalItems = progress.totalItems ?? run.totalItems ?? null;
    run.statistics = tally.statistics();
    run.lastPosition = (await append(tx, decision.events, decision.heads)) ?? run.lastPosition ?? null;
    if (endsWithItsPages(runContext)) await succeed(tx, runContext, false);
    else await storeProgress(tx, run);
  });
}

async function storeProgress(tx: SqlEntityManager, run: Run): Promise<void> {
  await boundSql(
    tx,
    `update sync_runs set next_page_token = $2, pending_sync_token = $3, total_items = $4,
       statistics = $5::jsonb, last_position = $6
     where id = $1`,
    [
      run.id,
      run.nextPageToken,
      run.pendingSyncToken,
      run.totalItems,
      JSON.stringify(run.statistics),
      run.lastPosition == null ? null : String(run.lastPosition),
    ],
  );
}
