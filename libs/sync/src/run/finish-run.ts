import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent, type ContactHead, decide, type DeletionReason, evolve } from '#contact';
import { boundSql } from '#platform';

import { appendContactEvents } from '../contacts/append-contact-events.js';
import { readHeads, writeHeads } from '../contacts/contact-heads.js';
import { digest } from '../contacts/digest.js';
import { type Lease, releaseLease, underLease } from '../lease/lease.js';
import { type RunTally } from './run-tally.js';
import { type Run } from './run.entity.js';

/** How many contacts one transaction deletes. */
const DELETION_CHUNK = 1_000;

/**
 * Ends a run whose list is complete: explicit deletions, after a full sync also the absent contacts, and last, in the
 * transaction that ends the run, the new sync token. Every step may be repeated: a contact that is deleted already is
 * passed over, so after a crash the end simply begins again.
 *
 * @param run its `pendingSyncToken` is set; it is moved on to `succeeded`
 * @param requestFingerprint of the request parameters that the new token belongs to
 * @throws LeaseLost
 */
export async function finishRun(
  em: SqlEntityManager,
  lease: Lease,
  run: Run,
  requestFingerprint: string,
  tally: RunTally,
): Promise<void> {
  await deleteContacts(em, lease, run, await deletedInGoogle(em, run), 'deleted-in-google', tally);
  if (run.mode === 'full') {
    await deleteContacts(em, lease, run, await absentFromList(em, run), 'absent-from-full-sync', tally);
  }
  run.statistics = tally.statistics();
  await underLease(em, lease, async (tx) => {
    await boundSql(
      tx,
      `update accounts set sync_token = $2, sync_token_request = $3, sync_token_obtained_at = now(),
         full_synced_at = case when $4 then now() else full_synced_at end
       where id = $1`,
      [run.accountId, run.pendingSyncToken, requestFingerprint, run.mode === 'full'],
    );
    await endRun(tx, run, 'succeeded');
    await releaseLease(tx, lease);
  });
}

/** Ends a run without success: what its pages stored stays, the account keeps its old sync token. */
export async function failRun(
  em: SqlEntityManager,
  lease: Lease,
  run: Run,
  error: { readonly code: string; readonly detail: string },
): Promise<void> {
  await underLease(em, lease, async (tx) => {
    run.errorCode = error.code;
    run.errorDetail = error.detail;
    await endRun(tx, run, 'failed');
    await releaseLease(tx, lease);
  });
}

async function endRun(tx: SqlEntityManager, run: Run, state: 'succeeded' | 'failed'): Promise<void> {
  run.state = state;
  await boundSql(
    tx,
    `update sync_runs set state = $2, statistics = $3::jsonb, error_code = $4, error_detail = $5,
       last_position = $6, next_page_token = null, pending_sync_token = null, sync_token = null,
       finished_at = clock_timestamp()
     where id = $1`,
    [
      run.id,
      state,
      JSON.stringify(run.statistics),
      run.errorCode ?? null,
      run.errorDetail ?? null,
      run.lastPosition == null ? null : String(run.lastPosition),
    ],
  );
  await boundSql(tx, 'delete from sync_run_pages where run_id = $1', [run.id]);
  await boundSql(tx, `select pg_notify('contactstream_runs', $1)`, [run.id]);
}

/**
 * The live contacts that tombstones of this epoch mean. A name that some person of the run lists among its previous
 * names was left, not deleted; and a contact that the run also showed is there.
 */
async function deletedInGoogle(em: SqlEntityManager, run: Run): Promise<string[]> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `with pages as (select * from sync_run_pages where run_id = $1 and epoch = $2),
       gone as (
         select unnest(tombstones) as name from pages except select unnest(previous_names) from pages
       )
     select distinct head.contact_id
     from gone
     join contact_keys key on key.account_id = $3 and key.key = gone.name
     join contact_heads head on head.contact_id = key.contact_id and not head.deleted
     where head.contact_id not in (select unnest(contact_ids) from pages)`,
    [run.id, run.epoch, run.accountId],
  );
  return rows.map((row) => row.contact_id);
}

/**
 * The live contacts that no page of this epoch showed. A quarantined person counts as shown; a contact whose last
 * event is younger than the epoch was touched by someone else meanwhile and is left to the next full sync.
 */
async function absentFromList(em: SqlEntityManager, run: Run): Promise<string[]> {
  const rows = await boundSql<{ contact_id: string }>(
    em,
    `with pages as (select * from sync_run_pages where run_id = $1 and epoch = $2),
       shown as (
         select unnest(contact_ids) as contact_id from pages
         union
         select key.contact_id from pages, unnest(quarantined) as name
         join contact_keys key on key.account_id = $3 and key.key = name
       )
     select head.contact_id from contact_heads head
     where head.account_id = $3 and not head.deleted and head.last_event_at < $4
       and not exists (select 1 from shown where shown.contact_id = head.contact_id)`,
    [run.id, run.epoch, run.accountId, run.epochStartedAt.toISOString()],
  );
  return rows.map((row) => row.contact_id);
}

async function deleteContacts(
  em: SqlEntityManager,
  lease: Lease,
  run: Run,
  contactIds: readonly string[],
  reason: DeletionReason,
  tally: RunTally,
): Promise<void> {
  for (let start = 0; start < contactIds.length; start += DELETION_CHUNK) {
    const chunk = contactIds.slice(start, start + DELETION_CHUNK);
    await underLease(em, lease, async (tx) => {
      const context = { accountId: run.accountId, runId: run.id, now: new Date().toISOString(), digest };
      const events: ContactEvent[] = [];
      const heads: ContactHead[] = [];
      for (const head of await readHeads(tx, chunk)) {
        const decided = decide({ kind: 'delete', reason }, head, context);
        events.push(...decided);
        heads.push(...decided.map((event) => evolve(head, event, digest)));
      }
      await writeHeads(tx, heads);
      tally.addDeletions(reason, events.length);
      run.lastPosition = (await appendContactEvents(tx, events, heads)) ?? run.lastPosition ?? null;
      await boundSql(tx, 'update sync_runs set last_position = $2, statistics = $3::jsonb where id = $1', [
        run.id,
        run.lastPosition === null ? null : String(run.lastPosition),
        JSON.stringify(tally.statistics()),
      ]);
    });
  }
}
