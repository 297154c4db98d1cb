import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactSnapshot } from '#contact';
import { type ContactRecord } from '#contact-events';

import { nthSnapshotBehind, readSnapshotsWithin } from '../snapshots/read-snapshots.sql.js';
import { foldSnapshot } from './fold-snapshot.js';

/** The events of a contact that have their data. */
interface Stream {
  readonly contactId: string;
  readonly records: readonly ContactRecord[];
  /** What stands behind a fault of the log is not judged. */
  readonly fault: object | null;
}

interface Difference {
  readonly accountId: string;
  readonly contactId: string;
  readonly kind: 'missing' | 'extra' | 'different';
  readonly columns: readonly string[];
}

/** What the columns are called of those members that events tell. */
const COLUMNS = {
  accountId: 'account_id',
  resourceName: 'resource_name',
  version: 'version',
  deleted: 'deleted',
  fingerprint: 'fingerprint',
  lastEventAt: 'last_event_at',
  createdAt: 'created_at',
} as const satisfies Partial<Record<keyof ContactSnapshot, string>>;

type Told = keyof typeof COLUMNS;

/** Whether snapshots, by which a sync decides what changed, are what the log says. */
export class SnapshotComparison {
  nthIdBehind(tx: SqlEntityManager, after: string, count: number): Promise<string | null> {
    return nthSnapshotBehind(tx, after, count);
  }

  /** @param streams all of the range; those of an erased account have no records, and their snapshots go later */
  async compare(
    tx: SqlEntityManager,
    range: { readonly after: string; readonly through: string | null },
    streams: readonly Stream[],
  ): Promise<{ rows: number; differences: Difference[] }> {
    const stored = await readSnapshotsWithin(tx, range);
    const rows = stored.size;
    const differences: Difference[] = [];
    for (const { contactId, records, fault } of streams) {
      const known = stored.get(contactId);
      stored.delete(contactId);
      if (fault !== null) continue;
      const told = foldSnapshot(records.map(({ event }) => event));
      const { accountId } = told ?? known?.snapshot ?? { accountId: '' };
      if (told === null) {
        if (known?.snapshot.deleted === false)
          differences.push({ accountId, contactId, kind: 'extra', columns: [] });
      } else if (known === undefined) {
        differences.push({ accountId, contactId, kind: 'missing', columns: [] });
      } else {
        const columns: string[] = unlike(known.snapshot, told, records[0]?.event.version === 1);
        if (!told.deleted && !known.hasKey) columns.push('key');
        if (columns.length > 0) differences.push({ accountId, contactId, kind: 'different', columns });
      }
    }
    for (const [contactId, { snapshot }] of stored) {
      differences.push({ accountId: snapshot.accountId, contactId, kind: 'extra', columns: [] });
    }
    return { rows, differences };
  }
}

/** @param isFromStart whether the first event of all told when the contact was created */
function unlike(stored: ContactSnapshot, told: ContactSnapshot, isFromStart: boolean): string[] {
  // What a deleted contact was like is asked by nobody, and may have been removed.
  const notTold: readonly Told[] = [
    ...(told.deleted ? (['fingerprint'] as const) : []),
    ...(isFromStart ? [] : (['createdAt'] as const)),
  ];
  return (Object.keys(COLUMNS) as Told[])
    .filter((member) => !notTold.includes(member) && stored[member] !== told[member])
    .map((member) => COLUMNS[member]);
}
