import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactSnapshot, type FieldHashes, type PersonIdentity } from '#contact';
import { boundSql, type Change, PLAN_ANEW } from '#platform';

/** Names and source ids share one table of keys; a source id cannot be taken for a name. */
export function sourceKey(sourceId: string): string {
  return `source:${sourceId}`;
}

/** Everything that a person shows of who it is. */
export function keysOf(person: PersonIdentity): string[] {
  return [person.resourceName, ...person.previousResourceNames, ...person.sourceIds.map(sourceKey)];
}

interface SnapshotRow {
  contact_id: string;
  account_id: string;
  resource_name: string;
  version: number;
  deleted: boolean;
  source_ids: string[];
  former_names: string[];
  fingerprint: string;
  /** JSON. */
  field_hashes: string;
  last_event_at: string;
  created_at: string;
}

const SNAPSHOT = `snapshot.contact_id, snapshot.account_id, snapshot.resource_name, snapshot.version, snapshot.deleted, snapshot.source_ids,
  snapshot.former_names, snapshot.fingerprint, snapshot.field_hashes::text as field_hashes, snapshot.last_event_at, snapshot.created_at`;

/** Something of the database, and its time when it was read, ISO 8601: one clock for all processes. */
export interface ReadAt<T> {
  readonly found: T;
  readonly readAt: string;
}

/** Statements that read snapshots begin with the time, so that they have a row in any case. */
const AT = '(select clock_timestamp() as read_at) as clock left join';

type RowAt<Row> = { read_at: string } & (Row | { contact_id: null });

function foundAt<Row extends SnapshotRow>(rows: readonly RowAt<Row>[]): ReadAt<Row[]> {
  return {
    found: rows.filter((row) => row.contact_id !== null),
    readAt: new Date(rows[0]?.read_at ?? '').toISOString(),
  };
}

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

/** A snapshot, and the hash of the raw person that it was last written for ({@link rawHash}); null where nobody knows. */
export interface KnownContact {
  readonly snapshot: ContactSnapshot;
  readonly rawHash: string | null;
}

/** The contact that each of the keys leads to, for those that lead to one. */
export async function readContactsByKey(
  em: SqlEntityManager,
  accountId: string,
  keys: readonly string[],
): Promise<ReadAt<Map<string, KnownContact>>> {
  const rows = await boundSql<RowAt<SnapshotRow & { raw_hash: string | null; keys: string[] }>>(
    em,
    `${PLAN_ANEW} with known as materialized (
       select contact_id, array_agg(key) as keys from contact_keys
       where account_id = $1 and key = any($2::text[]) group by contact_id
     )
     select read_at, ${SNAPSHOT}, snapshot.raw_hash, known.keys
     from ${AT} (known join contact_snapshots snapshot using (contact_id)) on true`,
    [accountId, keys],
  );
  const { found, readAt } = foundAt(rows);
  const contacts = found.flatMap((row) => {
    const contact = { snapshot: snapshotOf(row), rawHash: row.raw_hash };
    return row.keys.map((key) => [key, contact] as const);
  });
  return { found: new Map(contacts), readAt };
}

function snapshotOf(row: SnapshotRow): ContactSnapshot {
  return {
    contactId: row.contact_id,
    accountId: row.account_id,
    resourceName: row.resource_name,
    version: row.version,
    deleted: row.deleted,
    sourceIds: row.source_ids,
    formerNames: row.former_names,
    fingerprint: row.fingerprint,
    // Asked for only where a contact has changed, and most have not.
    get fieldHashes() {
      return JSON.parse(row.field_hashes) as FieldHashes;
    },
    get lastEventAt() {
      return new Date(row.last_event_at).toISOString();
    },
    get createdAt() {
      return new Date(row.created_at).toISOString();
    },
  };
}

/** @param rawHashes of those that are written for a person as it came, by contact id */
export function snapshotsToWrite(
  snapshots: readonly ContactSnapshot[],
  rawHashes: ReadonlyMap<string, string> = new Map(),
): Change[] {
  if (snapshots.length === 0) return [];
  const sql = `insert into contact_snapshots (contact_id, account_id, resource_name, version, deleted, source_ids, former_names,
       fingerprint, field_hashes, raw_hash, last_event_at, created_at)
     select "contactId", "accountId", "resourceName", version, deleted, "sourceIds",
       coalesce("formerNames", '{}'), fingerprint, "fieldHashes", "rawHash", "lastEventAt", "createdAt"
     from jsonb_to_recordset($1::jsonb) as snapshot ("contactId" uuid, "accountId" uuid, "resourceName" text,
       version integer, deleted boolean, "sourceIds" text[], "formerNames" text[], fingerprint text, "fieldHashes" jsonb,
       "rawHash" text, "lastEventAt" timestamptz, "createdAt" timestamptz)
     on conflict (contact_id) do update set
       resource_name = excluded.resource_name, version = excluded.version, deleted = excluded.deleted,
       source_ids = excluded.source_ids, former_names = excluded.former_names,
       fingerprint = excluded.fingerprint, field_hashes = excluded.field_hashes,
       raw_hash = excluded.raw_hash,
       last_event_at = excluded.last_event_at`;
  const rows = snapshots.map((snapshot) => ({
    ...snapshot,
    rawHash: rawHashes.get(snapshot.contactId) ?? null,
  }));
  return [{ sql, parameters: [JSON.stringify(rows)] }];
}

/** @param keys from key to the contact that it leads to from now on */
export function keysToWrite(accountId: string, keys: ReadonlyMap<string, string>): Change[] {
  if (keys.size === 0) return [];
  const sql = `insert into contact_keys (account_id, key, contact_id)
     select $1::uuid, key, contact_id from unnest($2::text[], $3::uuid[]) as k (key, contact_id)
     on conflict (account_id, key) do update set contact_id = excluded.contact_id`;
  return [{ sql, parameters: [accountId, [...keys.keys()], [...keys.values()]] }];
}

/**
 * Lets every key of merged contacts lead to those that they were merged into.
 *
 * @param merges from a merged contact's id to its survivor's, who may be merged as well, later
 * @param written keys that are given a contact beside it
 */
export function keysToRedirect(
  merges: ReadonlyMap<string, string>,
  written: Iterable<string> = [],
): Change[] {
  if (merges.size === 0) return [];
  const survivors = new Map<string, string>();
  for (const [merged, survivor] of merges) {
    for (const [earlier, its] of survivors) if (its === merged) survivors.set(earlier, survivor);
    survivors.set(merged, survivor);
  }
  return [
    {
      sql: `update contact_keys set contact_id = merge.survivor
        from unnest($1::uuid[], $2::uuid[]) as merge (merged, survivor)
        where contact_id = merge.merged and key <> all($3::text[])`,
      parameters: [[...survivors.keys()], [...survivors.values()], [...written]],
    },
  ];
}
