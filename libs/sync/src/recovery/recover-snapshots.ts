import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent, type ContactSnapshot, evolve } from '#contact';
import { readContactEvent } from '#contact-events';
import { type WholeEvent } from '#event-store';
import { boundChanges } from '#platform';

import { digest } from '../snapshots/hashes.js';
import { readSnapshots } from '../snapshots/read-snapshots.sql.js';
import { keysToRedirect, keysToWrite } from '../snapshots/write-keys.sql.js';
import { snapshotsToWrite } from '../snapshots/write-snapshots.sql.js';
import { removeHeld } from './remove-held.sql.js';

/**
 * Brings snapshots and keys up to events that came back into the log, so that a sync which is told the same once more
 * decides that nothing changed. Source ids and previous names are not part of events; the next sight of a contact adds
 * them, and until then it is known by its name.
 *
 * @param events in position order
 */
export async function recoverSnapshots(tx: SqlEntityManager, events: readonly WholeEvent[]): Promise<void> {
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
  await removeHeld(
    tx,
    contactEvents.map(({ contactId }) => contactId),
  );
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
