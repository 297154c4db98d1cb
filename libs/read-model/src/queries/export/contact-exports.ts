import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { lastEvent } from '#event-store';
import { boundSql } from '#platform';

import { LIVE_CONTACTS } from '../../projection/contact.entity.js';
import { type ContactDocument } from '../../projection/contact-row.js';
import { type ReadModelPosition } from '../read-model-position.js';
import { oneRegion, type Regions } from '../regions.js';
import { searchIn } from '../search-in.js';
import { type ContactFilter, contactsById } from './contacts-by-id.sql.js';
import { pastContacts } from './past-contacts.js';

export interface ContactExportRequest {
  readonly accountId?: string | undefined;
  readonly includeDeleted: boolean;
  readonly q?: string | undefined;
  /** Resource name of a group. */
  readonly group?: string | undefined;
  /** Left out: as they are now. */
  readonly asOf?: Date | undefined;
}

/** What tells whether live contacts are as they were. */
export interface ContactsState {
  /** The same as long as nothing changed. */
  readonly mark: string;
  /** When the last change occurred; null where there never was one. */
  readonly changedAt: Date | null;
}

/** All contacts, or those that are asked for, however many. */
export class ContactExports {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly readModel: Pick<ReadModelPosition, 'position'>,
    private readonly regions: Regions = oneRegion(),
  ) {}

  /**
   * JSON of contacts, in parts of up to some 4 MB, or of one contact that is larger. Whoever takes them may take their time:
   * neither a connection nor a transaction is held meanwhile (docs/adr/0047-exports-hold-nothing.md).
   *
   * As they are now, by id: each that is there all the time comes once, as it was when its part was read. As of a time, in
   * the order of their last changes: all as they were at that one moment.
   */
  async *parts({
    q,
    group,
    asOf,
    ...request
  }: ContactExportRequest): AsyncGenerator<readonly ContactDocument[]> {
    const { accountId, includeDeleted } = request;
    const search = q === undefined ? null : await searchIn(this.regions, q, accountId);
    const filter: ContactFilter = { accountId, includeDeleted, search, group };
    if (asOf !== undefined) {
      yield* pastContacts(this.em, filter, asOf);
      return;
    }
    for (let behind: string | null = null; ;) {
      const { documents, next } = await contactsById(this.em.fork(), filter, behind);
      if (documents.length > 0) yield documents;
      if (next === null) return;
      behind = next;
    }
  }

  /** Of all live contacts, or of those of an account. */
  async state(accountId: string | undefined): Promise<ContactsState> {
    const em = this.em.fork();
    // Before: what the read model takes in meanwhile only makes the mark an older one than it could be.
    const position = await this.readModel.position();
    const last = await lastEvent(em, position, accountId);
    // An erasure takes the last events away; the position that the read model had come to stays.
    const at = accountId === undefined ? position : (last?.position ?? 0n);
    return {
      mark: `${await tableId(em)} ${at}`,
      changedAt: last === null ? null : new Date(last.occurredAt),
    };
  }
}

/** A rebuild puts another table in place, whose contacts may say more. Not the ORM's, which knows no tables by number. */
async function tableId(em: SqlEntityManager): Promise<string> {
  const [row] = await boundSql<{ id: string }>(em, 'select $1::regclass::oid::text as id', [
    LIVE_CONTACTS.table,
  ]);
  return row?.id ?? '';
}
