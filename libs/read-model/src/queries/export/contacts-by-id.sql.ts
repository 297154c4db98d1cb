import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, LARGEST_PAGE_BYTES, PLAN_ANEW } from '#platform';

import { contactColumnNames, LIVE_CONTACTS } from '../../projection/contact.entity.js';
import { type Search } from '../../projection/search-text.js';
import { matchCondition } from '../match-condition.sql.js';

/** What is exported; what is left out narrows nothing. */
export interface ContactFilter {
  readonly accountId: string | undefined;
  readonly includeDeleted: boolean;
  readonly search: Search | null;
  /** Resource name of a group. */
  readonly group: string | undefined;
}

export interface ContactsPart {
  /** As they are stored, by id. */
  readonly documents: readonly string[];
  /** Where the next part begins; null: there is none. */
  readonly next: string | null;
}

/** Contacts that a part looks at. */
const ROWS = 1_000;

interface Row {
  readonly document: string | null;
  /** The last contact of the part that is wanted and fits, or that was looked at where all fit. */
  readonly next: string | null;
}

/**
 * The next contacts by id, behind one. An id stays with its contact for life, so that whoever goes on behind the last one
 * meets each that is there all the time once, whatever is changed meanwhile.
 *
 * It is SQL because it ends with the bytes that an answer may hold: `octet_length` reads the length of a long text and not
 * the text. It looks at so many rows and no more, matching or not, so that each part takes about as long. The primary key
 * serves it; those of an account are found by contacts_by_account and sorted where that is less: hence it is planned anew.
 */
export async function contactsById(
  em: SqlEntityManager,
  { accountId, includeDeleted, search, group }: ContactFilter,
  behind: string | null,
): Promise<ContactsPart> {
  const names = contactColumnNames(em);
  const { id, document, deleted, searchText, phoneDigits } = names;
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const rows = [`${document} is not null`];
  if (!includeDeleted) rows.push(`not ${deleted}`);
  if (accountId !== undefined) rows.push(`${names.accountId} = ${bind(accountId)}::uuid`);
  if (behind !== null) rows.push(`${id} > ${bind(behind)}::uuid`);
  const wanted = ['true'];
  if (search !== null) wanted.push(matchCondition(names, search, bind));
  if (group !== undefined) {
    // What does not name it anywhere need not be taken apart.
    const place = bind(group);
    wanted.push(`strpos(${document}, ${place}::text) > 0`);
    wanted.push(`case when strpos(${document}, ${place}::text) > 0
      then (${document}::jsonb -> 'groups') ? ${place}::text else false end`);
  }
  const found = await boundSql<Row>(
    em,
    `${PLAN_ANEW}
     with part as materialized (
       select ${id}, ${document}, ${searchText}, ${phoneDigits} from ${LIVE_CONTACTS.table}
       where ${rows.join(' and ')} order by ${id} limit ${ROWS}
     ), wanted as (
       select ${id}, ${document}, coalesce(sum(octet_length(${document})) over (
         order by ${id} rows between unbounded preceding and 1 preceding), 0) as bytes
       from part where ${wanted.join(' and ')}
     ), fitting as (select ${id}, ${document} from wanted where bytes < ${LARGEST_PAGE_BYTES})
     select ${document} as document, case
         when (select count(*) from fitting) < (select count(*) from wanted)
           then (select ${id} from fitting order by ${id} desc limit 1)
         when (select count(*) from part) = ${ROWS} then (select ${id} from part order by ${id} desc limit 1)
       end as next
     from (select 1) as always left join fitting on true order by ${id}`,
    parameters,
  );
  return {
    documents: found.map((row) => row.document).filter((text) => text !== null),
    next: found[0]?.next ?? null,
  };
}
