import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

import { type ContactDocument } from '../projection/contact-document.js';
import { CONTACTS_TABLE } from '../projection/contact-table.js';
import { isUuid, type ListPlace, readCursor, writeCursor } from './list-cursor.js';
import { readSearch, type Search } from '../projection/search-text.js';

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
       where ${LIVE} and ($1::uuid is null or account_id = $1::uuid)`,
      [accountId ?? null],
    );
    return Number(row?.count ?? 0);
  }

  /** Live contacts of each account that has any. */
  async countLiveByAccount(): Promise<ReadonlyMap<string, number>> {
    const rows = await boundSql<{ account_id: string; count: string }>(
      this.em.fork(),
      `select account_id, count(*) as count from ${CONTACTS_TABLE} where ${LIVE} group by account_id`,
    );
    return new Map(rows.map((row) => [row.account_id, Number(row.count)]));
  }
}

/** What the indexes hold. */
const SHOWN = 'document is not null';
const LIVE = `${SHOWN} and not deleted`;
const IN_ORDER = 'order by display_name, id limit';

/** Rows that a search looks at in the order of the list, before it looks all its matches up in an index. */
const ROWS_IN_ORDER = 1_000;

function listStatement(request: ContactListRequest): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [request.includeDeleted === true ? SHOWN : LIVE];
  if (request.accountId !== undefined) conditions.push(`account_id = ${bind(request.accountId)}`);
  if (request.cursor !== undefined) conditions.push(behind(readCursor(request.cursor), bind));
  const search = readSearch(request.q ?? '');
  const limit = bind(request.limit + 1);
  if (search !== null && isIndexed(search)) {
    const rows = conditions.join(' and ');
    return { sql: `${PLAN_ANEW} ${searchStatement(rows, searchCondition(search, bind), limit)}`, parameters };
  }
  if (search !== null) conditions.push(searchCondition(search, bind));
  const sql = `${PLAN_ANEW}
    select document, display_name, id from ${CONTACTS_TABLE} where ${conditions.join(' and ')} ${IN_ORDER} ${limit}`;
  return { sql, parameters };
}

/**
 * What many contacts match is found soon in the order of the list; what few match, by the index of trigrams, to be sorted
 * then. The planner is not left to choose (docs/adr/0030-searches-look-in-order-first.md). Documents are read last, of
 * the rows that are shown.
 */
function searchStatement(rows: string, matches: string, limit: string): string {
  return `
    with near as materialized (
      select display_name, id from (
        select display_name, id, search_text, phone_digits from ${CONTACTS_TABLE} where ${rows} ${IN_ORDER} ${ROWS_IN_ORDER}
      ) as next where ${matches} ${IN_ORDER} ${limit}
    ), all_there_are as materialized (
      select display_name, id from ${CONTACTS_TABLE}
      where ${rows} and ${matches} and (select count(*) from near) < ${limit}
    ), found as materialized (
      select display_name, id from near union select display_name, id from all_there_are ${IN_ORDER} ${limit}
    )
    select document, found.display_name, id from found join ${CONTACTS_TABLE} using (id)
    order by found.display_name, id`;
}

/** Whether there is a trigram in what is looked for. */
function isIndexed({ words }: Search): boolean {
  return words.some((word) => /[a-z\d]{3}/i.test(word));
}

function searchCondition({ words, digits }: Search, bind: (value: unknown) => string): string {
  const inText = words.map((word) => wordCondition(word, bind)).join(' and ');
  return digits === null ? inText : `((${inText}) or phone_digits like ${bind(containing(digits))})`;
}

/**
 * Each trigram that is looked up costs a look at each candidate, and those of a domain are in thousands of addresses:
 * only what stands before it is looked up, and the whole compared with what is found.
 */
function wordCondition(word: string, bind: (value: unknown) => string): string {
  const name = /^[^@]*[a-z\d]{3}[^@]*@/i.exec(word)?.[0];
  if (name === undefined) return `search_text like ${bind(containing(word))}`;
  return `search_text like ${bind(containing(name))} and strpos(search_text, ${bind(word)}) > 0`;
}

function behind({ displayName, id }: ListPlace, bind: (value: unknown) => string): string {
  return `(display_name, id) > (${bind(displayName)}, ${bind(id)}::uuid)`;
}

/** A LIKE pattern; what would be a wildcard in it stands for itself. */
function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
