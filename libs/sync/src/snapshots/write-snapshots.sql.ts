import { type ContactSnapshot } from '#contact';
import { type Change } from '#platform';

/**
 * Writes snapshots, new and changed ones alike. One JSON parameter for all rows: MikroORM's `upsertMany` splices the
 * values into the text, which takes several times as long (docs/adr/0017-bulk-statements.md). By the primary key.
 *
 * @param rawHashes of those that are written for a person as it came, by contact id
 */
export function snapshotsToWrite(
  snapshots: readonly ContactSnapshot[],
  rawHashes: ReadonlyMap<string, string> = new Map(),
): Change[] {
  if (snapshots.length === 0) return [];
  const sql = `insert into contact_snapshots (contact_id, account_id, resource_name, version, deleted, source_ids, former_names,
       fingerprint, raw_hash, last_event_at, created_at)
     select "contactId", "accountId", "resourceName", version, deleted, "sourceIds",
       coalesce("formerNames", '{}'), fingerprint, "rawHash", "lastEventAt", "createdAt"
     from jsonb_to_recordset($1::jsonb) as snapshot ("contactId" uuid, "accountId" uuid, "resourceName" text,
       version integer, deleted boolean, "sourceIds" text[], "formerNames" text[], fingerprint text,
       "rawHash" text, "lastEventAt" timestamptz, "createdAt" timestamptz)
     on conflict (contact_id) do update set
       resource_name = excluded.resource_name, version = excluded.version, deleted = excluded.deleted,
       source_ids = excluded.source_ids, former_names = excluded.former_names,
       fingerprint = excluded.fingerprint, raw_hash = excluded.raw_hash,
       last_event_at = excluded.last_event_at`;
  const rows = snapshots.map((snapshot) => ({
    ...snapshot,
    rawHash: rawHashes.get(snapshot.contactId) ?? null,
  }));
  return [{ sql, parameters: [JSON.stringify(rows)] }];
}
