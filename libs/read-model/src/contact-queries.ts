import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

import { type ContactDocument } from './contact-document.js';
import { CONTACTS_TABLE } from './contact-table.js';
import { isUuid, type ListPlace, readCursor, writeCursor } from './list-cursor.js';
import { readSearch } from './search-text.js';

export interface ContactListRequest {
  /** Words, all of which must match names, organisations or e-mail addresses; or digits of a phone number. */
  readonly q?: string | undefined;
  readonly accountId?: string | undefined;
  readonly includeDeleted?: boolean | undefined;
  /** 1 to 500. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface ContactList {
  readonly items: readonly ContactDocument[];
  /** null on the last page. */
  readonly nextCursor: string | null;
}

export interface KnownContact {
  readonly accountId: string;
  readonly document: ContactDocument;
}

/** What REST asks the read model. Contacts come as they are stored: nobody has to read them and write them again. */
export class ContactQueries {
  constructor(private readonly em: SqlEntityManager) {}

  /**
   * A page of contacts by display name (in ICU's root order), then id.
   *
   * @throws CursorNotUnderstood
   */
  async list(request: ContactListRequest): Promise<ContactList> {
    const { sql, parameters } = listStatement(request);
    const rows = await boundSql<{ document: ContactDocument; display_name: string; id: string }>(
      this.em.fork(),
      sql,
      parameters,
    );
    const shown = rows.slice(0, request.limit);
    const last = shown.at(-1);
    return {
      items: shown.map(({ document }) => document),
      nextCursor:
        rows.length > shown.length && last !== undefined
          ? writeCursor({ displayName: last.display_name, id: last.id })
          : null,
    };
  }

  /** @returns null for a contact that is not known; a deleted one is */
  async get(id: string): Promise<KnownContact | null> {
    if (!isUuid(id)) return null;
    const [row] = await boundSql<{ account_id: string; document: ContactDocument }>(
      this.em.fork(),
      `select account_id, document from ${CONTACTS_TABLE} where id = $1 and document is not null`,
      [id],
    );
    return row === undefined ? null : { accountId: row.account_id, document: row.document };
  }

  /** Contacts that are not deleted, of one account or of all. */
  async countLive(accountId?: string): Promise<number> {
    const [row] = await boundSql<{ count: string }>(
      this.em.fork(),
      `select count(*) as count from ${CONTACTS_TABLE}
       where not deleted and ($1::uuid is null or account_id = $1::uuid)`,
      [accountId ?? null],
    );
    return Number(row?.count ?? 0);
  }

  /** Live contacts of each account that has any. */
  async countLiveByAccount(): Promise<ReadonlyMap<string, number>> {
    const rows = await boundSql<{ account_id: string; count: string }>(
      this.em.fork(),
      `select account_id, count(*) as count from ${CONTACTS_TABLE} where not deleted group by account_id`,
    );
    return new Map(rows.map((row) => [row.account_id, Number(row.count)]));
  }
}

function listStatement(request: ContactListRequest): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  // Rows without a document are live nowhere.
  const conditions = [request.includeDeleted === true ? 'document is not null' : 'not deleted'];
  if (request.accountId !== undefined) conditions.push(`account_id = ${bind(request.accountId)}`);
  const search = searchCondition(request.q ?? '', bind);
  if (search !== null) conditions.push(search);
  if (request.cursor !== undefined) conditions.push(behind(readCursor(request.cursor), bind));
  const sql = `${PLAN_ANEW}
    select document, display_name, id from ${CONTACTS_TABLE}
    where ${conditions.join(' and ')}
    order by display_name, id limit ${bind(request.limit + 1)}`;
  return { sql, parameters };
}

function searchCondition(q: string, bind: (value: unknown) => string): string | null {
  const search = readSearch(q);
  if (search === null) return null;
  const words = search.words.map((word) => `search_text like ${bind(containing(word))}`).join(' and ');
  return search.digits === null
    ? words
    : `((${words}) or phone_digits like ${bind(containing(search.digits))})`;
}

function behind({ displayName, id }: ListPlace, bind: (value: unknown) => string): string {
  return `(display_name, id) > (${bind(displayName)}, ${bind(id)}::uuid)`;
}

/** A LIKE pattern; what would be a wildcard in it stands for itself. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
