import { type ContactSnapshot } from '#contact';
import { arrayText, binaryArray, type Change, valuesOf } from '#platform';

/**
 * Writes snapshots, new and changed ones alike. An array a column: MikroORM's `upsertMany` splices the
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
     select contact_id, account_id, resource_name, version, deleted, source_ids::text[], former_names::text[],
       fingerprint, raw_hash, last_event_at, created_at
     from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[], $5::bool[], $6::text[], $7::text[], $8::text[],
         $9::text[], $10::timestamptz[], $11::timestamptz[])
       as snapshot (contact_id, account_id, resource_name, version, deleted, source_ids, former_names, fingerprint,
         raw_hash, last_event_at, created_at)
     on conflict (contact_id) do update set
       resource_name = excluded.resource_name, version = excluded.version, deleted = excluded.deleted,
       source_ids = excluded.source_ids, former_names = excluded.former_names,
       fingerprint = excluded.fingerprint, raw_hash = excluded.raw_hash,
       last_event_at = excluded.last_event_at`;
  const parameters = [
    binaryArray('uuid', valuesOf(snapshots, 'contactId')),
    binaryArray('uuid', valuesOf(snapshots, 'accountId')),
    binaryArray('text', valuesOf(snapshots, 'resourceName')),
    valuesOf(snapshots, 'version'),
    valuesOf(snapshots, 'deleted'),
    binaryArray('text', valuesOf(snapshots, 'sourceIds').map(arrayText)),
    binaryArray('text', valuesOf(snapshots, 'formerNames').map(arrayText)),
    binaryArray('text', valuesOf(snapshots, 'fingerprint')),
    binaryArray(
      'text',
      snapshots.map(({ contactId }) => rawHashes.get(contactId) ?? null),
    ),
    valuesOf(snapshots, 'lastEventAt'),
    valuesOf(snapshots, 'createdAt'),
  ];
  return [{ sql, parameters }];
}
