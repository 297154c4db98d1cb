import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactSnapshot } from '#contact';
import { binaryArray, boundSql, PLAN_ANEW } from '#platform';

interface SnapshotRow {
  contact_id: string;
  account_id: string;
  resource_name: string;
  version: number;
  deleted: boolean;
  /** JSON. */
  source_ids: string;
  /** JSON. */
  former_names: string;
  fingerprint: string;
  last_event_at: string;
  created_at: string;
}

const SNAPSHOT = `snapshot.contact_id, snapshot.account_id, snapshot.resource_name, snapshot.version, snapshot.deleted,
  to_json(snapshot.source_ids)::text as source_ids, to_json(snapshot.former_names)::text as former_names, snapshot.fingerprint,
  snapshot.last_event_at, snapshot.created_at`;

/** Rows of the database, and its time when they were read, ISO 8601: one clock for all processes. */
export interface ReadAt<T> {
  readonly found: T;
  readonly readAt: string;
}

/** Statements that read snapshots begin with the time, so that they have a row even where they find nothing. */
const AT = '(select clock_timestamp() as read_at) as clock left join';

type RowAt<Row> = { read_at: string } & (Row | { contact_id: null });

function foundAt<Row extends SnapshotRow>(rows: readonly RowAt<Row>[]): ReadAt<Row[]> {
  return {
    found: rows.filter((row) => row.contact_id !== null),
    readAt: new Date(rows[0]?.read_at ?? '').toISOString(),
  };
}

/**
 * Snapshots by their ids, up to a thousand: MikroORM's `find` took 18 ms for 1,000 of 10,000 rows where this takes 5, and
 * 27 against 13 among a million (docs/adr/0017-bulk-statements.md). By the primary key, planned for the ids that are
 * asked for: a plan of the time when the table was small reads it row by row.
 */
export async function readSnapshots(
  em: SqlEntityManager,
  contactIds: readonly string[],
): Promise<ReadAt<ContactSnapshot[]>> {
  const rows = await boundSql<RowAt<SnapshotRow>>(
    em,
    `${PLAN_ANEW} select read_at, ${SNAPSHOT} from ${AT} contact_snapshots snapshot on contact_id = any($1::uuid[])`,
    [contactIds],
  );
  const { found, readAt } = foundAt(rows);
  return { found: found.map(snapshotOf), readAt };
}

/** A snapshot, and whether its contact's name leads to a contact. */
export interface CheckedSnapshot {
  readonly snapshot: ContactSnapshot;
  readonly hasKey: boolean;
}

/** The snapshots whose ids come behind one and up to another (null: to the last), by id; by the primary keys of both tables. */
export async function readSnapshotsWithin(
  em: SqlEntityManager,
  { after, through }: { readonly after: string; readonly through: string | null },
): Promise<Map<string, CheckedSnapshot>> {
  const rows = await boundSql<SnapshotRow & { has_key: boolean }>(
    em,
    `select ${SNAPSHOT}, exists (
         select from contact_keys known where known.account_id = snapshot.account_id and known.key = snapshot.resource_name
       ) as has_key
     from contact_snapshots snapshot where contact_id > $1::uuid and ($2::uuid is null or contact_id <= $2::uuid)`,
    [after, through],
  );
  return new Map(rows.map((row) => [row.contact_id, { snapshot: snapshotOf(row), hasKey: row.has_key }]));
}

/** The id that so many snapshots lie up to; null: there are fewer behind `after`. By the primary key. */
export async function nthSnapshotBehind(
  em: SqlEntityManager,
  after: string,
  count: number,
): Promise<string | null> {
  const [row] = await boundSql<{ id: string }>(
    em,
    'select contact_id as id from contact_snapshots where contact_id > $1::uuid order by contact_id offset $2 limit 1',
    [after, count - 1],
  );
  return row?.id ?? null;
}

/** A snapshot, and the hash of the raw person that it was last written for ({@link rawHash}); null where nobody knows. */
export interface KnownContact {
  readonly snapshot: ContactSnapshot;
  readonly rawHash: string | null;
}

/**
 * The contact that each of the keys leads to, for those that lead to one: the one read of a page, by the primary keys of
 * both tables, planned anew for the same reason (docs/adr/0017-bulk-statements.md).
 */
export async function readContactsByKey(
  em: SqlEntityManager,
  accountId: string,
  keys: readonly string[],
): Promise<ReadAt<Map<string, KnownContact>>> {
  // A page that shows nobody, as most of a sync's do: nothing is decided, so that no time is needed.
  if (keys.length === 0) return { found: new Map(), readAt: '' };
  const rows = await boundSql<RowAt<SnapshotRow & { raw_hash: string | null; keys: string[] }>>(
    em,
    `${PLAN_ANEW} with known as materialized (
       select contact_id, json_agg(key) as keys from contact_keys
       where account_id = $1 and key = any($2::text[]) group by contact_id
     )
     select read_at, ${SNAPSHOT}, snapshot.raw_hash, known.keys
     from ${AT} (known join contact_snapshots snapshot using (contact_id)) on true`,
    [accountId, binaryArray('text', keys)],
  );
  const { found, readAt } = foundAt(rows);
  const contacts = found.flatMap((row) => {
    const contact = { snapshot: snapshotOf(row), rawHash: row.raw_hash };
    return row.keys.map((key) => [key, contact] as const);
  });
  return { found: new Map(contacts), readAt };
}

/** Of most contacts of a page nobody asks for more than the name: the rest is read where somebody does. */
function snapshotOf(row: SnapshotRow): ContactSnapshot {
  return {
    contactId: row.contact_id,
    accountId: row.account_id,
    resourceName: row.resource_name,
    version: row.version,
    deleted: row.deleted,
    get sourceIds() {
      return JSON.parse(row.source_ids) as string[];
    },
    get formerNames() {
      return JSON.parse(row.former_names) as string[];
    },
    fingerprint: row.fingerprint,
    get lastEventAt() {
      return new Date(row.last_event_at).toISOString();
    },
    get createdAt() {
      return new Date(row.created_at).toISOString();
    },
  };
}
