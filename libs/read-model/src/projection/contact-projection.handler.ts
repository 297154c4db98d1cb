import { DriverException, type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactEvent } from '#contact';
import { type ContactRecord, foldContact, readContactEvent } from '#contact-events';
import { isWhole, readStream } from '#event-store';
import { boundChanges, type Change, type Step, traced, traceparentOf } from '#platform';

import {
  BatchRefused,
  type CheckpointMove,
  CheckpointMoved,
  type ContactSubscriber,
  type FeedCheckpoint,
  type PreparedBatch,
} from '../feed/contact-feed.js';
import { lockCheckpoints, readCheckpoints } from './checkpoint.entity.js';
import { contactColumns, LIVE_CONTACTS, type ProjectionTarget } from './contact.entity.js';
import { foldRow, storableJson, type StoredContact } from './contact-row.js';
import { lockStoredContacts } from './lock-stored-contacts.sql.js';
import { MOVED_CHECKPOINT, moveCheckpoint } from './move-checkpoint.sql.js';
import { upsertContacts } from './upsert-contacts.sql.js';

export interface PreparedContacts extends PreparedBatch {
  /** As {@link apply}, as part of the caller's transaction, and with the database's own errors. */
  applyWithin(tx: SqlEntityManager, move: CheckpointMove): Promise<void>;
}

/**
 * The one door from ContactUpdated and ContactDeleted to rows, whatever brings them: a feed, a rebuild, the replay of a
 * dead letter.
 *
 * A batch is applied exactly once, because its checkpoint is compared and set with it. Besides, a row only ever moves
 * to a higher version, so that events which are repeated, or come over another way again, change nothing.
 */
export class ContactProjectionHandler implements ContactSubscriber {
  private readonly upsert: string;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly target: ProjectionTarget = LIVE_CONTACTS,
  ) {
    this.upsert = upsertContacts(target.table, contactColumns(em));
  }

  checkpointsOf(source: string, em: SqlEntityManager = this.em.fork()): Promise<FeedCheckpoint[]> {
    return readCheckpoints(em, this.target, source);
  }

  /** Makes the rows, unless what is stored has to be read for them. */
  prepare(records: readonly ContactRecord[]): PreparedContacts {
    const contacts = eventsByContact(records);
    const toRead = [...contacts].filter(([, events]) => !tellAll(events)).map(([id]) => id);
    const prepared =
      toRead.length === 0 ? this.withRows(rowsOf(contacts)) : this.withStored(contacts, toRead);
    const parents = records
      .map(({ event }) => traceparentOf(event.runId))
      .filter((parent) => parent !== null);
    return { ...prepared, apply: (move) => traced(processing(move, parents), () => prepared.apply(move)) };
  }

  private withRows(rows: RowsParameter): PreparedContacts {
    return {
      apply: (move) => asRefusal(() => this.write(this.em.fork(), move, rows)),
      applyWithin: (tx, move) => this.write(tx, move, rows),
    };
  }

  private withStored(contacts: EventsByContact, toRead: readonly string[]): PreparedContacts {
    const applyWithin: PreparedContacts['applyWithin'] = async (tx, move) => {
      // Before the rows are read, which another owner of the partition may just be writing.
      await lockCheckpoints(tx, this.target, move.next);
      const stored = await lockStoredContacts(tx, this.target.table, toRead);
      for (const id of toRead) await fillGap(tx, contacts.get(id) ?? [], stored);
      await this.write(tx, move, rowsOf(contacts, stored));
    };
    return {
      apply: (move) => asRefusal(() => this.em.fork().transactional((tx) => applyWithin(tx, move))),
      applyWithin,
    };
  }

  /**
   * Moves the checkpoint and writes the rows, as one statement.
   *
   * @throws CheckpointMoved when the stored checkpoint is not `previous`; nothing was written
   */
  private async write(em: SqlEntityManager, move: CheckpointMove, rows: RowsParameter): Promise<void> {
    const upsert = rows === null ? [] : [{ sql: this.upsert, parameters: [rows] }];
    const told = await boundChanges(em, [moveCheckpoint(this.target, move), ...upsert], NOTIFY_IF_MOVED);
    if (told.length > 0) return;
    const { source, partition } = move.next;
    throw new CheckpointMoved(
      `The checkpoint of ${this.target.name} in ${source}, partition ${partition}, was moved by another reader`,
    );
  }
}

/**
 * Whether the events of a contact tell all of it: ContactUpdated brings the whole contact, but what a ContactDeleted
 * deletes, the table has to be asked.
 *
 * @param events oldest first
 */
function tellAll([first]: readonly ContactEvent[]): boolean {
  switch (first?.type) {
    case 'ContactUpdated':
      return true;
    case 'ContactDeleted':
    case undefined:
      return false;
  }
}

/**
 * What a deletion deletes is the version before it, which may come over another way and later: of the events that Kafka
 * refused the log is the only way. Then the log has it.
 *
 * @param events of one contact, oldest first
 */
async function fillGap(
  tx: SqlEntityManager,
  [first]: readonly ContactEvent[],
  stored: Map<string, StoredContact>,
): Promise<void> {
  if (first === undefined) return;
  const { contactId, version } = first;
  if (version <= (stored.get(contactId)?.version ?? 0) + 1) return;
  const stream = await readStream(tx, contactId);
  const before = stream.find((event) => event.version === version - 1);
  if (before === undefined || !isWhole(before)) return;
  const view = foldContact(null, readContactEvent(before.type, before.data));
  stored.set(contactId, { version: before.version, view });
}

/** https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/ */
function processing({ next }: CheckpointMove, parents: readonly string[]): () => Step {
  return () => ({
    name: `process ${next.source}`,
    kind: 'consumer',
    attributes: {
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': next.source,
      'messaging.destination.partition.id': String(next.partition),
    },
    parents,
  });
}

type EventsByContact = ReadonlyMap<string, readonly ContactEvent[]>;

/** Oldest version first, each version once. */
function eventsByContact(records: readonly ContactRecord[]): EventsByContact {
  const contacts = new Map<string, Map<number, ContactEvent>>();
  for (const { event } of records) {
    const versions = contacts.get(event.contactId) ?? new Map<number, ContactEvent>();
    contacts.set(event.contactId, versions.set(event.version, event));
  }
  return new Map(
    [...contacts].map(([id, versions]) => [id, [...versions.values()].sort((a, b) => a.version - b.version)]),
  );
}

/** Rows as the upsert takes them; null: none. */
type RowsParameter = string | null;

/** One row a contact, its state after the batch; none where the table has passed its events already. */
function rowsOf(
  contacts: EventsByContact,
  stored: ReadonlyMap<string, StoredContact> = new Map(),
): RowsParameter {
  const rows = [...contacts]
    .map(([id, events]) => foldRow(events, stored.get(id)))
    .filter((row) => row !== null)
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return rows.length === 0 ? null : storableJson(rows);
}

const NOTIFY_IF_MOVED: Change = {
  sql: `select pg_notify('contactstream_read_model', '') from ${MOVED_CHECKPOINT}`,
  parameters: [],
};

/** SQLSTATE classes that tell of the data: data exceptions, integrity violations, program limits exceeded. */
const CONTENT_ERRORS = /^(?:22|23|54)/;

/** @throws BatchRefused in place of the database's words, where the content is at fault */
async function asRefusal(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof DriverException && CONTENT_ERRORS.test(error.code ?? '')) {
      throw new BatchRefused('The read model cannot hold what a record of the batch says', { cause: error });
    }
    throw error;
  }
}
