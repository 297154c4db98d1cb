import { sql } from '../support/sql.js';

type Database = Parameters<typeof sql>[0];

/** What must never be seen in a log, whatever happened while it was written. Empty when all is well. */
export async function logFaults(database: Database): Promise<string[]> {
  const [found] = await sql<Record<string, string>>(
    database,
    `select
       count(*) filter (where version <> place) as "versions with a gap",
       count(*) filter (where (data ->> 'change' = 'created') <> (version = 1)) as "creations that are not the first",
       count(*) filter (where version > 1 and data ->> 'change' = 'updated'
         and data::jsonb #- '{contact,updatedAt}' -> 'contact' = before) as "updates without a change",
       count(*) filter (where type = 'ContactDeleted' and type_before = 'ContactDeleted') as "deletions of the deleted"
     from (
       select *, row_number() over stream as place, lag(type) over stream as type_before,
         lag(data::jsonb #- '{contact,updatedAt}' -> 'contact') over stream as before
       from events window stream as (partition by stream_id order by version)
     ) log`,
  );
  const [heads] = await sql<Record<string, string>>(
    database,
    `select count(*) as "heads that are not the log's last word"
     from (select distinct on (stream_id) * from events order by stream_id, version desc) last
     full join contact_snapshots head on head.contact_id = last.stream_id
     where head.version is distinct from last.version or head.deleted <> (last.type = 'ContactDeleted')`,
  );
  const [runs] = await sql<Record<string, string>>(
    database,
    `select (select count(*) from sync_runs where state in ('queued', 'running')) as "runs that do not end",
       (select count(*) from sync_run_pages) as "pages that nobody needs",
       (select count(*) from leases where name like 'account %' and expires_at > now()) as "leases that nobody gave back"`,
  );
  return Object.entries({ ...found, ...heads, ...runs })
    .filter(([, count]) => count !== '0')
    .map(([fault, count]) => `${count} ${fault}`);
}
