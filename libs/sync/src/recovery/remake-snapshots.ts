import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { readContactEvent } from '#contact-events';
import { isWhole, readStream } from '#event-store';
import { boundChanges } from '#platform';

import { readSnapshots } from '../snapshots/read-snapshots.sql.js';
import { keysToComplete } from '../snapshots/write-keys.sql.js';
import { snapshotsToWrite } from '../snapshots/write-snapshots.sql.js';
import { foldSnapshot } from './fold-snapshot.js';
import { removeSnapshots } from './remove-snapshots.sql.js';

/**
 * Makes snapshots anew from the log. Source ids and the names of merged contacts, which a contact's own events do not
 * tell, stay as they are; where the whole snapshot is missing, the next sight of the contact adds them.
 *
 * @param tx that keeps syncs out
 */
export async function remakeSnapshots(tx: SqlEntityManager, contactIds: readonly string[]): Promise<void> {
  const { found } = await readSnapshots(tx, contactIds);
  const stored = new Map(found.map((snapshot) => [snapshot.contactId, snapshot]));
  const made = [];
  for (const contactId of contactIds) {
    const events = await readStream(tx, contactId);
    const told = foldSnapshot(events.filter(isWhole).map(({ type, data }) => readContactEvent(type, data)));
    if (told === null) continue;
    const { sourceIds = [], formerNames = [] } = stored.get(contactId) ?? {};
    const names = new Set([...formerNames, ...told.formerNames]);
    names.delete(told.resourceName);
    const createdAt = events[0]?.occurredAt ?? told.createdAt;
    made.push({ ...told, sourceIds, formerNames: [...names], createdAt });
  }
  // Those that are written come in the place of their rows, whose account or first time may be wrong, too.
  await removeSnapshots(tx, contactIds);
  await boundChanges(tx, [
    ...snapshotsToWrite(made),
    ...keysToComplete(made.filter(({ deleted }) => !deleted)),
  ]);
}
