import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent, type ContactSnapshot, evolve } from '#contact';
import { readContactEvent } from '#contact-events';
import { type StoredEvent } from '#event-store';
import { boundChanges, boundSql, fenceEverybodyOut } from '#platform';

import { snapshotsToWrite, keysToRedirect, keysToWrite, readSnapshots } from './contact-snapshots.js';
import { digest } from './digest.js';

/**
 * Keeps every sync out until the end of the transaction; one that is going on loses its lease. Runs that were under way
 * are cancelled: what their pages showed is older than what is to come.
 */
export async function keepSyncsOut(tx: SqlEntityManager): Promise<void> {
  await fenceEverybodyOut(tx);
  await boundSql(
    tx,
    `update sync_runs set state = 'cancelled', cancel_requested = true, finished_at = clock_timestamp()
     where state in ('queued', 'running')`,
  );
}

/**
 * Brings snapshots and keys up to events that came back into the log, so that a sync which is told the same once more
 * decides that nothing changed. Source ids and previous names are not part of events; the next sight of a contact adds
 * them, and until then it is known by its name.
 *
 * @param events in position order
 */
export async function recoverContacts(tx: SqlEntityManager, events: readonly StoredEvent[]): Promise<void> {
  const contactEvents = events.map(({ type, data }) => readContactEvent(type, data));
  const snapshots = await snapshotsOf(tx, contactEvents);
  const names = new Map<string, Map<string, string>>();
  const writeNames = async (): Promise<void> => {
    for (const [accountId, keys] of names) await boundChanges(tx, keysToWrite(accountId, keys));
    names.clear();
  };
  for (const event of contactEvents) {
    const { contactId, accountId, resourceName } = event;
    snapshots.set(contactId, evolve(snapshots.get(contactId) ?? null, event, digest));
    if (event.type === 'ContactUpdated') {
      names.set(accountId, (names.get(accountId) ?? new Map<string, string>()).set(resourceName, contactId));
    } else if (event.mergedInto !== null) {
      await writeNames();
      await boundChanges(tx, keysToRedirect(new Map([[contactId, event.mergedInto]])));
      takeNames(snapshots, contactId, event.mergedInto);
    }
  }
  await writeNames();
  await boundChanges(tx, snapshotsToWrite([...snapshots.values()]));
  await boundSql(tx, 'delete from held_deletions where contact_id = any($1::uuid[])', [
    contactEvents.map(({ contactId }) => contactId),
  ]);
}

/** Accounts of these events that the database does not know: they were connected after the backup. */
export async function unknownAccounts(
  em: SqlEntityManager,
  accountIds: readonly string[],
): Promise<string[]> {
  const rows = await boundSql<{ id: string }>(
    em,
    `select id from unnest($1::uuid[]) as given (id) where not exists (select from accounts a where a.id = given.id)`,
    [accountIds],
  );
  return rows.map(({ id }) => id);
}

async function snapshotsOf(
  tx: SqlEntityManager,
  events: readonly ContactEvent[],
): Promise<Map<string, ContactSnapshot>> {
  const ids = events.flatMap((event) =>
    event.type === 'ContactDeleted' && event.mergedInto !== null
      ? [event.contactId, event.mergedInto]
      : [event.contactId],
  );
  const { found } = await readSnapshots(tx, [...new Set(ids)]);
  return new Map(found.map((snapshot) => [snapshot.contactId, snapshot]));
}

/** The names of a merged contact are its survivor's former ones. */
function takeNames(snapshots: Map<string, ContactSnapshot>, from: string, to: string): void {
  const [merged, survivor] = [snapshots.get(from), snapshots.get(to)];
  if (merged === undefined || survivor === undefined) return;
  const formerNames = [...new Set([...survivor.formerNames, merged.resourceName, ...merged.formerNames])];
  snapshots.set(to, { ...survivor, formerNames });
}
