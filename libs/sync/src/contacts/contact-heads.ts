import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactHead, type FieldHashes, type PersonIdentity } from '#contact';
import { boundSql, type Change } from '#platform';

/** Names and source ids share one table of keys; a source id cannot be taken for a name. */
export function sourceKey(sourceId: string): string {
  return `source:${sourceId}`;
}

/** Everything that a person shows of who it is. */
export function keysOf(person: PersonIdentity): string[] {
  return [person.resourceName, ...person.previousResourceNames, ...person.sourceIds.map(sourceKey)];
}

interface HeadRow {
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

const HEAD = `head.contact_id, head.account_id, head.resource_name, head.version, head.deleted, head.source_ids,
  head.former_names, head.fingerprint, head.field_hashes::text as field_hashes, head.last_event_at, head.created_at`;

export async function readHeads(em: SqlEntityManager, contactIds: readonly string[]): Promise<ContactHead[]> {
  if (contactIds.length === 0) return [];
  const rows = await boundSql<HeadRow>(
    em,
    `select ${HEAD} from contact_heads head where contact_id = any($1::uuid[])`,
    [contactIds],
  );
  return rows.map(headOf);
}

/** A head, and the hash of the raw person that it was last written for ({@link rawHash}); null where nobody knows. */
export interface KnownContact {
  readonly head: ContactHead;
  readonly rawHash: string | null;
}

/** The contact that each of the keys leads to, for those that lead to one. */
export async function readContactsByKey(
  em: SqlEntityManager,
  accountId: string,
  keys: readonly string[],
): Promise<Map<string, KnownContact>> {
  const rows = await boundSql<HeadRow & { raw_hash: string | null; keys: string[] }>(
    em,
    `with known as materialized (
       select contact_id, array_agg(key) as keys from contact_keys
       where account_id = $1 and key = any($2::text[]) group by contact_id
     )
     select ${HEAD}, head.raw_hash, known.keys from known join contact_heads head using (contact_id)`,
    [accountId, keys],
  );
  return new Map(
    rows.flatMap((row) => {
      const contact = { head: headOf(row), rawHash: row.raw_hash };
      return row.keys.map((key) => [key, contact] as const);
    }),
  );
}

function headOf(row: HeadRow): ContactHead {
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
export function headsToWrite(
  heads: readonly ContactHead[],
  rawHashes: ReadonlyMap<string, string> = new Map(),
): Change[] {
  if (heads.length === 0) return [];
  const sql = `insert into contact_heads (contact_id, account_id, resource_name, version, deleted, source_ids, former_names,
       fingerprint, field_hashes, raw_hash, last_event_at, created_at)
     select "contactId", "accountId", "resourceName", version, deleted, "sourceIds",
       coalesce("formerNames", '{}'), fingerprint, "fieldHashes", "rawHash", "lastEventAt", "createdAt"
     from jsonb_to_recordset($1::jsonb) as head ("contactId" uuid, "accountId" uuid, "resourceName" text,
       version integer, deleted boolean, "sourceIds" text[], "formerNames" text[], fingerprint text, "fieldHashes" jsonb,
       "rawHash" text, "lastEventAt" timestamptz, "createdAt" timestamptz)
     on conflict (contact_id) do update set
       resource_name = excluded.resource_name, version = excluded.version, deleted = excluded.deleted,
       source_ids = excluded.source_ids, former_names = excluded.former_names,
       fingerprint = excluded.fingerprint, field_hashes = excluded.field_hashes,
       raw_hash = excluded.raw_hash,
       last_event_at = excluded.last_event_at`;
  const rows = heads.map((head) => ({ ...head, rawHash: rawHashes.get(head.contactId) ?? null }));
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

/** Lets every key of a merged contact lead to the one that it was merged into. */
export async function redirectKeys(em: SqlEntityManager, from: string, to: string): Promise<void> {
  await boundSql(em, 'update contact_keys set contact_id = $2 where contact_id = $1', [from, to]);
}
