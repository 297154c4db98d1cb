/** An id that is the same each time: with the digits that make it a UUID to all who look (RFC 9562, version 8). */
export const SEEDED_ID = (kind: string, number: string): string =>
  `overlay(overlay(md5('${kind} ' || ${number}) placing '8' from 13) placing '8' from 17)::uuid`;
/** $1 and $2 are the first and the last one. */
const NUMBERS = 'generate_series($1::int, $2::int) as number';

/** Eight in a hundred need somebody or rest; $3 are names. */
export const ACCOUNTS = `
  insert into accounts (id, name, email, google_subject, state, paused, sync_interval_ms, reference, connected_at)
  select ${SEEDED_ID('account', 'number')},
    case when number % 7 = 0 then ($3::text[])[1 + number / 7 % cardinality($3::text[])] else 'Person' end || ' ' || number,
    'person' || number || '@company' || number % 97 || '.example', 'seeded ' || number,
    case when number % 100 < 2 then 'needs-reauth' when number % 100 = 2 then 'disconnected' else 'connected' end,
    number % 100 in (3, 4), case when number % 10 = 5 then 86400000 end,
    case when number % 4 = 0 then 'tenant-' || number % 97 || '/user-' || number end,
    date_trunc('milliseconds', now()) - make_interval(mins => 100000 - number % 100000)
  from ${NUMBERS}`;

/** One in a hundred fails, three are late, and one was never synced. */
export const LISTS = `
  insert into sync_lists (account_id, list, epoch, sync_token, sync_token_obtained_at, next_sync_at, full_synced_at,
    last_outcome, succeeded_at)
  select ${SEEDED_ID('account', 'number')}, 'contacts', 1, case when number % 100 <> 9 then 'token' end,
    case when number % 100 <> 9 then at end, now() + make_interval(secs => number % 900, hours => case when number % 10 = 5 then 23 else 0 end),
    case when number % 100 <> 9 then at - make_interval(hours => number % 24) end,
    case number % 100 when 9 then null when 5 then 'failed' else 'succeeded' end,
    case when number % 100 <> 9 then at end
  from ${NUMBERS}, lateral (
    select now() - make_interval(mins => number % 15 +
      case when number % 100 = 5 then 60 when number % 100 between 6 and 8 then 300 else 0 end) as at
  ) as last`;

/** Six each, of which those of accounts that fail failed since their last good one; every seventh made changes. */
export const RUNS = `
  insert into sync_runs (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, error_code,
    error_detail, queued_at, started_at, finished_at)
  select ${SEEDED_ID('run', "number || ' ' || run")}, list.account_id, 'contacts', 'auto',
    case when run = 6 then 'full' else 'incremental' end, case when run = 5 then 'manual' else 'scheduled' end,
    case when failed then 'failed' else 'succeeded' end,
    jsonb_build_object('total_fetched', created + updated + deleted, 'created', created, 'updated', updated,
      'deleted', deleted, 'not_listed', 0, 'merged', 0, 'unchanged', 0, 'errors', 0, 'pages', case when failed then 0 else 1 end),
    '{"asked":0,"gone":0,"alive":0,"unanswered":0}',
    case when failed then (array['google-unavailable', 'google-rate-limited', 'google-client-refused'])[1 + number / 100 % 3] end,
    case when failed then 'Google did not answer. The next sync tries again.' end,
    at - interval '2 seconds', at - interval '1 second', at
  from ${NUMBERS}, generate_series(1, 6) as run, sync_lists list,
    lateral (select number % 100 = 5 and run <= 3 as failed) as outcome,
    lateral (select date_trunc('milliseconds', succeeded_at) + make_interval(mins =>
      case when number % 100 = 5 then 60 - 15 * run else 15 - 15 * run end - 15) as at) as times,
    lateral (select case when not failed and (number + run) % 7 = 0 then 1 + number % 5 else 0 end as created,
      case when not failed and (number + run) % 7 = 0 then 1 + number % 9 else 0 end as updated,
      case when not failed and (number + run) % 14 = 0 then number % 3 else 0 end as deleted) as counts
  where list.account_id = ${SEEDED_ID('account', 'number')} and list.list = 'contacts' and succeeded_at is not null`;

/** $1 how many; every third is open. */
export const DEAD_LETTERS = `
  insert into dead_letters (id, topic, partition, record_offset, key, headers, value, error, occurred_at, state, closed_at)
  select ${SEEDED_ID('letter', 'number')}, 'contacts.events', number % 12, 88000 + number, ${SEEDED_ID('contact', 'number')}::text::bytea,
    '[["ce_type","Q29udGFjdFVwZGF0ZWQ="]]', '{"contact": broken'::bytea, 'Not JSON', at, state,
    case when state <> 'open' then at + interval '1 hour' end
  from generate_series(1, $1::int) as number,
    lateral (select (array['open', 'replayed', 'discarded'])[1 + number % 3] as state,
      date_trunc('milliseconds', now()) - make_interval(hours => number) as at) as facts`;

/** $1 how many, $2 of how many accounts. */
export const AUDIT_ENTRIES = `
  insert into audit_entries (id, occurred_at, actor_kind, actor_name, action, account_id, object, reason, request_id,
    outcome, code, settled_at)
  select ${SEEDED_ID('entry', 'number')}, at, kind, case kind when 'service' then null else 'ops-' || number % 5 end, action,
    ${SEEDED_ID('account', '(1 + number % $2::int)')}, null, case when number % 6 = 0 then 'asked for by the customer' end,
    'request-' || number, outcome, case outcome when 'refused' then 'sync-in-progress' when 'failed' then 'google-unavailable' end,
    at + interval '80 milliseconds'
  from generate_series(1, $1::int) as number,
    lateral (select (array['account.change', 'sync.run', 'quarantine.replay', 'held-deletions.reject', 'run.cancel'])[1 + number % 5]
        as action,
      (array['token', 'person', 'token', 'service'])[1 + number % 4] as kind,
      case when number % 11 = 0 then 'refused' when number % 37 = 0 then 'failed' else 'done' end as outcome,
      date_trunc('milliseconds', now()) - make_interval(mins => number * 3) as at) as facts`;
