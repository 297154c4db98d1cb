import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { decidePage, identify, type PersonIdentity } from '#contact';
import { boundSql } from '#platform';

import { appendContactEvents } from '../contacts/append-contact-events.js';
import { redirectKeys, writeHeads, writeKeys } from '../contacts/contact-heads.js';
import { digest } from '../contacts/digest.js';
import { PageDirectory } from '../contacts/page-directory.js';
import { type Lease, underLease } from '../lease/lease.js';
import { closeQuarantine, writeQuarantine } from '../quarantine/quarantine.js';
import { type ReadPage } from './read-persons.js';
import { type PageShown, outcomeLetters, type RunTally } from './run-tally.js';
import { type Run } from './run.entity.js';

/** Where the run goes on after the page. */
export interface PageProgress {
  readonly page: number;
  readonly nextPageToken: string | null;
  readonly pendingSyncToken: string | null;
  readonly totalItems: number | null;
}

/**
 * Stores one page: its events, the heads and keys they change, what it showed, and where the run goes on, in one
 * transaction. After a crash the run goes on exactly where its events end.
 *
 * Deletions that the page tells are only noted: a tombstone under a name that some later person lists among its
 * previous names is no deletion, so they wait for the end of the run.
 *
 * @param run is moved on to after the page
 * @param tally counts the page in
 * @throws LeaseLost, VersionConflict: nothing is stored, and `run` and `tally` are of no use any more
 */
export async function commitPage(
  em: SqlEntityManager,
  lease: Lease,
  run: Run,
  page: ReadPage,
  progress: PageProgress,
  tally: RunTally,
): Promise<void> {
  await underLease(em, lease, async (tx) => {
    const directory = await PageDirectory.read(tx, run.accountId, page.seen);
    const identifications = identify(page.seen, directory);
    const newIds = await directory.newContactIds(
      tx,
      page.seen
        .filter((_, index) => identifications[index]?.contact == null)
        .map((person) => person.resourceName),
    );
    const persons = page.seen.map((person, index) => {
      const identification = identifications[index] ?? { contact: null, merged: [] };
      const contactId = identification.contact?.contactId ?? newIds.get(person.resourceName) ?? '';
      return { person, identification, contactId };
    });
    const context = { accountId: run.accountId, runId: run.id, now: new Date().toISOString(), digest };
    const decision = decidePage(persons, context);

    await writeHeads(tx, decision.heads);
    for (const [from, to] of decision.merges) await redirectKeys(tx, from, to);
    await writeKeys(tx, run.accountId, directory.missingKeys(persons));
    if (page.quarantined.length > 0) await writeQuarantine(tx, run.accountId, run.id, page.quarantined);
    await closeQuarantine(
      tx,
      run.accountId,
      page.seen.map((person) => person.resourceName),
    );

    const shown: PageShown = {
      contactIds: [...decision.outcomes.keys()],
      outcomes: outcomeLetters(decision.outcomes),
      tombstones: page.deleted.map((person) => person.resourceName),
      quarantined: page.quarantined.map((person) => person.key),
    };
    await boundSql(
      tx,
      `insert into sync_run_pages
         (run_id, epoch, page, contact_ids, outcomes, tombstones, previous_names, quarantined)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        run.id,
        run.epoch,
        progress.page,
        shown.contactIds,
        shown.outcomes,
        shown.tombstones,
        previousNames(page.seen),
        shown.quarantined,
      ],
    );
    tally.addPage(shown);
    tally.addDeletions('merged', decision.merges.size);
    const position = await appendContactEvents(tx, decision.events, decision.heads);
    Object.assign(run, {
      nextPageToken: progress.nextPageToken,
      pendingSyncToken: progress.pendingSyncToken,
      totalItems: progress.totalItems ?? run.totalItems,
      statistics: tally.statistics(),
      lastPosition: position ?? run.lastPosition,
    });
    await saveProgress(tx, run);
  });
}

async function saveProgress(em: SqlEntityManager, run: Run): Promise<void> {
  await boundSql(
    em,
    `update sync_runs set next_page_token = $2, pending_sync_token = $3, total_items = $4, statistics = $5::jsonb,
       last_position = $6
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

function previousNames(persons: readonly PersonIdentity[]): string[] {
  return persons.flatMap((person) => person.previousResourceNames);
}
