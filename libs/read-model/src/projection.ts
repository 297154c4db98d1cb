import { DriverException, type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactView } from '#contact-events';
import { BatchRefused, type ContactBatch, type ContactSubscriber, type FeedProgress } from '#contact-feed';
import { boundChanges, boundSql, type Change } from '#platform';

import { CONTACT_COLUMNS, ROWS_OF_PARAMETER } from './contact-columns.js';
import { rowsParameter } from './contact-row.js';
import { CONTACTS_REBUILD_TABLE, CONTACTS_TABLE } from './contact-table.js';
import { contactsToRead, eventsByContact, foldBatch, type StoredContact } from './fold-batch.js';
import { moveProgress, readProgress } from './progress-table.js';

/** What a projection is called in its progress, and the table that it fills. */
export interface ProjectionTarget {
  readonly name: string;
  readonly table: string;
}

export const LIVE_CONTACTS: ProjectionTarget = { name: 'contacts', table: CONTACTS_TABLE };

export const REBUILT_CONTACTS: ProjectionTarget = { name: 'contacts-rebuild', table: CONTACTS_REBUILD_TABLE };

/**
 * Turns contact events into rows, a transaction a batch: the progress first, then one upsert.
 *
 * A batch is applied exactly once, because its progress is compared and set with it. Besides, a row only ever moves
 * to a higher version, so that records which are repeated, or come over another way again, change nothing.
 */
export class Projection implements ContactSubscriber {
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

  progressOf(source: string, em: SqlEntityManager = this.em.fork()): Promise<FeedProgress[]> {
    return readProgress(em, this.target.name, source);
  }

  async apply(batch: ContactBatch): Promise<void> {
    try {
      await this.em.fork().transactional((tem) => this.applyWithin(tem, batch));
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
  async applyWithin(tem: SqlEntityManager, batch: ContactBatch): Promise<void> {
    await moveProgress(tem, this.target.name, batch.previous, batch.progress);
    const contacts = eventsByContact(batch.records);
    const rows = foldBatch(contacts, await this.stored(tem, contactsToRead(contacts)));
    const upsert = rows.length === 0 ? [] : [{ sql: this.upsert, parameters: [rowsParameter(rows)] }];
    await boundChanges(tem, upsert, NOTIFY);
  }

  private async stored(tem: SqlEntityManager, ids: readonly string[]): Promise<Map<string, StoredContact>> {
    if (ids.length === 0) return new Map();
    const rows = await boundSql<{ id: string; version: string; document: ContactView | null }>(
      tem,
      this.lockStored,
      [ids],
    );
    return new Map(
      rows.map(({ id, version, document }) => [id, { version: Number(version), document }] as const),
    );
  }
}

const NOTIFY: Change = { sql: "select pg_notify('contactstream_read_model', '')", parameters: [] };

/** SQLSTATE classes that tell of the data: data exceptions, integrity violations, program limits exceeded. */
const CONTENT_ERRORS = /^(?:22|23|54)/;

/** Bound as one JSON parameter; a key may be in it once only (PostgreSQL refuses the upsert with 21000 otherwise). */
function upsertInto(table: string): string {
  const columns = CONTACT_COLUMNS.join(', ');
  const changes = CONTACT_COLUMNS.filter((column) => column !== 'id').map(
    (column) => `${column} = excluded.${column}`,
  );
  return `
    insert into ${table} (${columns})
    select ${columns} from ${ROWS_OF_PARAMETER}
    on conflict (id) do update set ${changes.join(', ')}
    where ${table}.version < excluded.version`;
}
