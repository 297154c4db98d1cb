import { DriverException, type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactView } from '#contact-events';
import {
  BatchRefused,
  type ContactBatch,
  type ContactSubscriber,
  type FeedCheckpoint,
  CheckpointMoved,
} from '../feed/contact-feed.js';
import { boundChanges, boundSql, type Change } from '#platform';

import { type ContactDocument } from './contact-document.js';
import { CONTACT_COLUMNS, ROWS_OF_PARAMETER } from './contact-columns.js';
import { type ContactRow } from './contact-row.js';
import { CONTACTS_REBUILD_TABLE, CONTACTS_TABLE } from './contact-table.js';
import { contactsToRead, eventsByContact, foldBatch, type StoredContact } from './fold-batch.js';
import { lockProgress, MOVED_PROGRESS, moveProgress, readProgress } from './progress-table.js';
import { storableJson } from './storable-json.js';

/** What a projection is called in its progress, and the table that it fills. */
export interface ProjectionTarget {
  readonly name: string;
  readonly table: string;
}

export const LIVE_CONTACTS: ProjectionTarget = { name: 'contacts', table: CONTACTS_TABLE };

export const REBUILT_CONTACTS: ProjectionTarget = { name: 'contacts-rebuild', table: CONTACTS_REBUILD_TABLE };

/**
 * Turns contact events into rows: the progress and one upsert, as one statement. Only a batch that deletes contacts
 * which it does not show takes a transaction of several, because what is deleted is read first.
 *
 * A batch is applied exactly once, because its progress is compared and set with it. Besides, a row only ever moves
 * to a higher version, so that records which are repeated, or come over another way again, change nothing.
 */
export class ContactProjectionHandler implements ContactSubscriber {
  /** By the records, while someone holds these. */
  private readonly prepared = new WeakMap<ContactBatch['records'], ReturnType<typeof rowsWithoutReading>>();
  private readonly upsert: string;
  private readonly lockStored: string;

  constructor(
    private readonly em: SqlEntityManager,
    private readonly target: ProjectionTarget = LIVE_CONTACTS,
  ) {
    this.upsert = upsertInto(target.table);
    // In the order in which the upsert takes them.
    this.lockStored = `select id, version, document from ${target.table} where id = any($1::uuid[]) order by id for update`;
  }

  progressOf(source: string, em: SqlEntityManager = this.em.fork()): Promise<FeedCheckpoint[]> {
    return readProgress(em, this.target.name, source);
  }

  prepare(records: ContactBatch['records']): void {
    this.prepared.set(records, rowsWithoutReading(records));
  }

  async apply(batch: ContactBatch): Promise<void> {
    const em = this.em.fork();
    const rows = this.prepared.get(batch.records) ?? rowsWithoutReading(batch.records);
    try {
      if (rows !== undefined) await this.write(em, batch, rows);
      else await em.transactional((tx) => this.applyWithin(tx, batch));
    } catch (error) {
      if (error instanceof DriverException && CONTENT_ERRORS.test(error.code ?? '')) {
        throw new BatchRefused('The read model cannot hold what a record of the batch says', {
          cause: error,
        });
      }
      throw error;
    }
  }

  /** As {@link apply}, as part of the caller's transaction, and with the database's own errors. */
  async applyWithin(tx: SqlEntityManager, batch: ContactBatch): Promise<void> {
    const contacts = eventsByContact(batch.records);
    const stored = await this.stored(tx, batch.progress, contactsToRead(contacts));
    await this.write(tx, batch, parameterOf(foldBatch(contacts, stored)));
  }

  private async stored(
    tx: SqlEntityManager,
    partition: FeedCheckpoint,
    ids: readonly string[],
  ): Promise<Map<string, StoredContact>> {
    if (ids.length === 0) return new Map();
    // Before the rows are read, which another owner of the partition may just be writing.
    await lockProgress(tx, this.target.name, partition);
    const rows = await boundSql<{ id: string; version: string; document: ContactDocument | null }>(
      tx,
      this.lockStored,
      [ids],
    );
    return new Map(
      rows.map(({ id, version, document }) => {
        const view = document === null ? null : (JSON.parse(document) as ContactView);
        return [id, { version: Number(version), view }] as const;
      }),
    );
  }

  /** @throws CheckpointMoved when the stored progress is not the batch's `previous`; nothing was written */
  private async write(
    em: SqlEntityManager,
    { previous, progress }: ContactBatch,
    rows: RowsParameter,
  ): Promise<void> {
    const upsert = rows === null ? [] : [{ sql: this.upsert, parameters: [rows] }];
    const told = await boundChanges(
      em,
      [moveProgress(this.target.name, previous, progress), ...upsert],
      NOTIFY_IF_MOVED,
    );
    if (told.length > 0) return;
    throw new CheckpointMoved(
      `The progress of ${this.target.name} in ${progress.source}, partition ${progress.partition}, ` +
        'was moved by another reader',
    );
  }
}

/** Rows as the upsert takes them; null: none. */
type RowsParameter = string | null;

function parameterOf(rows: readonly ContactRow[]): RowsParameter {
  return rows.length === 0 ? null : storableJson(rows);
}

/** @returns undefined where the table has to be read first */
function rowsWithoutReading(records: ContactBatch['records']): RowsParameter | undefined {
  const contacts = eventsByContact(records);
  return contactsToRead(contacts).length > 0 ? undefined : parameterOf(foldBatch(contacts, new Map()));
}

const NOTIFY_IF_MOVED: Change = {
  sql: `select pg_notify('contactstream_read_model', '') from ${MOVED_PROGRESS}`,
  parameters: [],
};

/** SQLSTATE classes that tell of the data: data exceptions, integrity violations, program limits exceeded. */
const CONTENT_ERRORS = /^(?:22|23|54)/;

/**
 * Where the progress was moved with it. Bound as one JSON parameter; a key may be in it once only (PostgreSQL refuses the
 * upsert with 21000 otherwise).
 */
function upsertInto(table: string): string {
  const columns = CONTACT_COLUMNS.join(', ');
  const changes = CONTACT_COLUMNS.filter((column) => column !== 'id').map(
    (column) => `${column} = excluded.${column}`,
  );
  return `
    insert into ${table} (${columns})
    select ${columns} from ${ROWS_OF_PARAMETER} where exists (select from ${MOVED_PROGRESS})
    on conflict (id) do update set ${changes.join(', ')}
    where ${table}.version < excluded.version`;
}
