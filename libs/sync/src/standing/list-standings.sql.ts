import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type AccountState } from '#accounts';
import { boundSql, containing, cursorPart, isoTime } from '#platform';
import { z } from 'zod';

import { DAY_BEGIN } from '../figures/half-hour.sql.js';
import { type Health, type StandingState, STANDINGS, type SyncRhythm } from './account-standing.sql.js';

/** What accounts may be ordered by; `-` before it: the other way round. */
export const ACCOUNT_SORTS = [
  'connectedAt',
  '-connectedAt',
  'name',
  '-name',
  'trouble',
  'succeededAt',
  '-succeededAt',
  'contacts',
  '-contacts',
  'changes',
  '-changes',
] as const;
export type AccountSort = (typeof ACCOUNT_SORTS)[number];

/** What the accounts are narrowed to; what is left out narrows nothing. */
export interface StandingFilter {
  readonly accountId?: string | undefined;
  /** One of these. */
  readonly ids?: readonly string[] | undefined;
  readonly accountState?: AccountState | undefined;
  readonly state?: StandingState | undefined;
  /** One of these. */
  readonly health?: readonly Health[] | undefined;
  readonly needsPerson?: boolean | undefined;
  readonly reference?: string | undefined;
  /** A part of the name, the address or the reference, or the id. */
  readonly q?: string | undefined;
}

export interface AccountStanding {
  readonly accountId: string;
  readonly state: StandingState;
  readonly health: Health;
  /** It does not mend itself. */
  readonly needsPerson: boolean;
  /** Failed runs in a row, up to now. */
  readonly failures: number;
  /** The end of the last good run. */
  readonly succeededAt: Date | null;
  /** Milliseconds between its scheduled syncs, as of now; null: none is scheduled. */
  readonly intervalMs: number | null;
}

/** A column that accounts are ordered by: SQL of it and its type. */
interface Key {
  readonly sql: string;
  readonly type: keyof typeof PART;
}

/** What a cursor may hold of a column. */
const PART = {
  numeric: z.string().regex(/^-?\d{1,20}(\.\d{1,9})?$/),
  text: cursorPart.text,
  uuid: cursorPart.id,
  timestamptz: cursorPart.time,
} as const;

/** As a cursor holds it. */
const textOf = ({ sql, type }: Key): string => (type === 'timestamptz' ? isoTime(sql) : `(${sql})::text`);

const number = (sql: string): Key => ({ sql: `(${sql})::numeric`, type: 'numeric' });
const NAME: Key = { sql: 'name', type: 'text' };
const ID: Key = { sql: 'id', type: 'uuid' };
/** Never is before everything. */
const SUCCEEDED_AT = number('coalesce(extract(epoch from succeeded_at), 0)');

/** Worst first: what does not mend itself, of that whole accounts before deletions; then what may mend itself. */
const TROUBLE = number(`case when needs_person then
    case health when 'failing' then 0 when 'needs-reauth' then 1 else 2 end
  else case health when 'failing' then 3 when 'late' then 4 when 'paused' then 5 when 'fresh' then 6 else 7 end end`);

/** The longest without a good run first; those that are fresh change places all the time by that, and stand by name. */
const WITHOUT_SUCCESS = number(
  `case when health = 'fresh' then 0 else coalesce(extract(epoch from succeeded_at), 0) end`,
);

/** @param from what is joined for the keys; `standing` is there */
interface Order {
  readonly keys: readonly Key[];
  readonly from?: string;
}

const ORDERS: Readonly<Record<string, Order>> = {
  // The column itself, by whose index a page is found.
  connectedAt: { keys: [{ sql: 'connected_at', type: 'timestamptz' }, ID] },
  name: { keys: [NAME, ID] },
  trouble: { keys: [TROUBLE, WITHOUT_SUCCESS, NAME, ID] },
  succeededAt: { keys: [SUCCEEDED_AT, ID] },
  contacts: {
    keys: [number('coalesce(counted.live, 0)'), ID],
    from: `left join contact_counts counted on counted.table_name = 'contacts' and counted.account_id = id`,
  },
  changes: {
    keys: [number('coalesce(changed.changes, 0)'), ID],
    from: `left join (
      select account_id, sum(created + updated + deleted) as changes from account_changes
      where half_hour >= ${DAY_BEGIN} group by account_id
    ) changed on changed.account_id = id`,
  },
};

function orderOf(sort: AccountSort): Order & { readonly isDown: boolean } {
  const isDown = sort.startsWith('-');
  const order = ORDERS[isDown ? sort.slice(1) : sort];
  if (order === undefined) throw new Error(`Accounts have no order ${sort}`);
  return { ...order, isDown };
}

/** What a cursor of a sort holds: the sort, and the place of the last account in it. */
export function placeIn(sort: AccountSort): z.ZodType<readonly string[]> {
  const parts: z.ZodType[] = [z.literal(sort), ...orderOf(sort).keys.map(({ type }) => PART[type])];
  return z
    .array(z.string())
    .length(parts.length)
    .refine((place) => parts.every((part, index) => part.safeParse(place[index]).success));
}

/**
 * Accounts in an order, and each one's place in it. Not the ORM's: what they are ordered by is made of rows of several
 * tables. In another order than that of connecting, all of them are looked at and sorted for a page.
 *
 * @param behind the place of the account before
 */
export async function listStandings(
  em: SqlEntityManager,
  { intervalMs, longestMs, isForAll }: SyncRhythm,
  filter: StandingFilter,
  {
    sort,
    behind,
    limit,
  }: { readonly sort: AccountSort; readonly behind: readonly string[] | null; readonly limit: number },
): Promise<(AccountStanding & { readonly place: readonly string[] })[]> {
  const parameters: unknown[] = [intervalMs, isForAll, longestMs];
  const bound = (value: unknown): string => `$${parameters.push(value)}`;
  const { keys, from = '', isDown } = orderOf(sort);
  const conditions = conditionsOf(filter, bound);
  if (behind !== null) {
    const place = keys.map(({ type }, index) => `${bound(behind[index])}::${type}`);
    conditions.push(`(${keys.map(({ sql }) => sql).join(', ')}) ${isDown ? '<' : '>'} (${place.join(', ')})`);
  }
  const direction = isDown ? ' desc' : '';
  const rows = await boundSql<AccountStanding & { place: string[]; succeededAt: string | null }>(
    em,
    `select id as "accountId", state, health, needs_person as "needsPerson", failures, succeeded_at as "succeededAt",
       interval_ms::float8 as "intervalMs",
       array[${keys.map(textOf).join(', ')}] as place
     from (${STANDINGS}) standing ${from}
     ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
     order by ${keys.map(({ sql }) => `${sql}${direction}`).join(', ')} limit ${bound(limit)}`,
    parameters,
  );
  return rows.map((row) => ({
    ...row,
    succeededAt: row.succeededAt === null ? null : new Date(row.succeededAt),
  }));
}

function conditionsOf(
  { accountId, ids, accountState, state, health, needsPerson, reference, q }: StandingFilter,
  bound: (value: unknown) => string,
): string[] {
  const conditions: string[] = [];
  if (accountId !== undefined) conditions.push(`id = ${bound(accountId)}::uuid`);
  if (ids !== undefined) conditions.push(`id = any(${bound(ids)}::uuid[])`);
  if (accountState !== undefined) conditions.push(`account_state = ${bound(accountState)}`);
  if (state !== undefined) conditions.push(`state = ${bound(state)}`);
  if (health !== undefined) conditions.push(`health = any(${bound(health)}::text[])`);
  if (needsPerson !== undefined) conditions.push(`needs_person = ${bound(needsPerson)}::boolean`);
  if (reference !== undefined) conditions.push(`reference = ${bound(reference)}`);
  if (q !== undefined) {
    const part = bound(containing(q));
    conditions.push(
      `(name ilike ${part} or email ilike ${part} or reference ilike ${part} or id::text = lower(${bound(q)}))`,
    );
  }
  return conditions;
}
