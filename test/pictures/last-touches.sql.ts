import { SEEDED_ID } from '../support/big-instance/many-accounts.sql.js';

const HALF_HOUR = (time: string): string =>
  `date_bin('30 minutes', ${time}, timestamptz '2000-01-01 00:00Z')`;
const MS = (time: string): string => `round(extract(epoch from ${time}) * 1000)`;
/** A number below the most, the same each time. */
const SOME = (of: string, most: number): string => `(('x' || left(md5(${of}), 4))::bit(16)::int % ${most})`;

/** A page of a run, as its row keeps it, a run's n-th page of which each took `took` ms. */
const PAGE = (first: string, took: string): string => `jsonb_build_array(
  round(${first} + n * ${took}), jsonb_build_array(round(${took} * 0.8), round(${took} * 0.15), page -> 2, page -> 3,
    page -> 4, case when n = 1 then jsonb_build_array(round(${took} * 0.97), round(${took} * 0.82)) end, page -> 6))`;

/**
 * What takes its time, and took none while the clock stood still; and what a day of syncs every five minutes would have
 * left behind, which nobody waits for.
 */
export function lastTouches(now: string): string {
  return `
    update sync_runs set trigger = 'scheduled'
    where id::text not in (select object from audit_entries where actor_name = 'ines' and object is not null);

    update sync_runs set started_at = queued_at + interval '40 ms', finished_at = queued_at + interval '40 ms' +
      make_interval(secs => 0.3 + 0.4 * (statistics ->> 'pages')::int + 0.0003 * (statistics ->> 'total_fetched')::int);

    update sync_runs set finished_at = started_at + interval '35 s', error_code = 'google-unavailable',
      retry_after_seconds = null,
      error_detail = 'Sync failed: Google answered 503 (backendError). The next sync tries again.'
    where error_code = 'google-rate-limited';

    update sync_runs run set timings = jsonb_strip_nulls(jsonb_build_object('at', ${MS('finished_at')},
      'comparison', case when timings ? 'comparison' then jsonb_build_array(round(took * 0.7), round(took * 0.2)) end,
      'pages', (select jsonb_agg(${PAGE(MS('started_at'), 'took')} order by n)
        from (select n, stored -> 1 as page from jsonb_array_elements(timings -> 'pages') with ordinality as stored (stored, n)) as pages)))
    from (select id, 1000 * extract(epoch from case state when 'failed' then interval '1.6 s' else finished_at - started_at end)
      / ((statistics ->> 'pages')::int + 1) as took from sync_runs) as each
    where each.id = run.id and run.timings -> 'pages' is not null;

    insert into sync_runs (id, account_id, list, requested_mode, mode, trigger, state, statistics, absences, queued_at,
      started_at, finished_at)
    select ${SEEDED_ID('quiet', 'minute')}, account.id, 'contacts', 'auto', 'incremental', 'scheduled', 'succeeded',
      '{"total_fetched":0,"created":0,"updated":0,"deleted":0,"not_listed":0,"merged":0,"unchanged":0,"errors":0,"pages":1}',
      '{"asked":0,"gone":0,"alive":0,"unanswered":0}', at, at, at + interval '400 ms'
    from accounts account, generate_series(0, 36) as minute,
      lateral (select timestamptz '2026-11-24 11:26:19Z' + minute * interval '5 minutes' as at) as times
    where name = 'Mara Lindqvist';

    update sync_lists list set
      succeeded_at = coalesce(ago.succeeded_at, list.succeeded_at), failures = coalesce(ago.failures, list.failures),
      next_sync_at = greatest(list.succeeded_at + interval '5 minutes', timestamptz '${now}' + ago.next),
      full_synced_at = timestamptz '${now}' - ago.token, sync_token_obtained_at = timestamptz '${now}' - ago.token
    from (
      select id, case name
          when 'Support archive' then timestamptz '${now}' - interval '2 days 3 hours'
          when 'Warehouse Lyon' then timestamptz '${now}' - interval '22 minutes'
          when 'Foundation board' then timestamptz '${now}' - interval '58 seconds'
          when 'Events team' then timestamptz '${now}' - interval '17 minutes'
          when 'Procurement' then timestamptz '${now}' - interval '14 minutes'
          when 'Press office' then timestamptz '${now}' - interval '12 minutes'
          when 'Jan Moreau' then timestamptz '${now}' - interval '3 hours'
          when 'Sales EMEA' then timestamptz '${now}' - interval '26 hours'
          when 'Jonas Feld' then timestamptz '${now}' - interval '11 hours'
          when 'Trade desk' then timestamptz '${now}' - interval '3 minutes'
        end as succeeded_at,
        case name when 'Warehouse Lyon' then 4 end as failures,
        case name when 'Mara Lindqvist' then interval '3 days 5 hours 22 minutes'
          else make_interval(hours => 1 + ${SOME('name', 130)}) end as token,
        make_interval(secs => 120 + ${SOME('name', 120)}) as next
      from accounts) as ago
    where ago.id = list.account_id;

    delete from account_changes where half_hour < ${HALF_HOUR(`timestamptz '${now}'`)};
    insert into account_changes (account_id, half_hour, created, updated, deleted)
    select account.id, at, case when few % 5 = 0 then 1 else 0 end, few * busy / 10, case when few % 11 = 3 then 1 else 0 end
    from accounts account, generate_series(1, 47) as back,
      lateral (select ${HALF_HOUR(`timestamptz '${now}'`)} - back * interval '30 minutes' as at,
        ${SOME("name || ' ' || back", 13)} as few) as times,
      lateral (select case when extract(hour from at) between 7 and 18 then 10 + ${SOME('name', 20)}
        when extract(hour from at) between 5 and 21 then 4 else 1 end as busy) as day
    where state = 'connected' and not paused and name not in ('Support archive', 'Foundation board')
      and ${SOME('name || back', 4)} > 0;

    delete from run_outcomes where half_hour < ${HALF_HOUR(`timestamptz '${now}'`)};
    insert into run_outcomes (account_id, half_hour, outcome, count, first_at, last_at)
    select account.id, at, outcome, count, at + interval '8 minutes', at + interval '21 minutes'
    from accounts account, generate_series(1, 47) as back,
      lateral (select ${HALF_HOUR(`timestamptz '${now}'`)} - back * interval '30 minutes' as at) as times,
      lateral (values ('succeeded', case when back = 23 then 2 else 6 end),
        ('google-unavailable', case when back = 23 then 1 + ${SOME('name', 3)} else 0 end),
        ('google-rate-limited', case when ${SOME('name || back', 150)} = 1 then 1 else 0 end)
      ) as outcomes (outcome, count)
    where state = 'connected' and not paused and count > 0;

    update quarantined_persons person set occurred_at = occurred_at - number * interval '1 second'
    from (select id, row_number() over (order by resource_name) as number from quarantined_persons) as numbered
    where numbered.id = person.id;

    delete from log_marks;
    insert into log_marks (reader, position, at) values ('read-model', 0, timestamptz '2026-03-12 09:00Z');
    insert into log_marks (reader, position, at)
    select distinct on (last_position) 'read-model', last_position, case state when 'failed' then started_at + interval '1.2 s' else finished_at + interval '240 ms' end
    from sync_runs where last_position > 0 order by last_position, queued_at;`;
}

/** As the runs that go on are at this moment, they stay. @param live of them the one whose pages are looked at */
export function standStill(now: string, live: string): string {
  return `
    update sync_runs set trigger = 'scheduled', queued_at = timestamptz '${now}' - ago, started_at =
      case when sync_runs.state = 'running' then timestamptz '${now}' - ago end
    from (values ('Events team', interval '7.6 s'), ('Procurement', interval '21 s'))
      as times (name, ago), accounts account
    where account.id = account_id and account.name = times.name and sync_runs.state in ('queued', 'running');

    update sync_run_pages stored set shown_at = timestamptz '${now}' - interval '7.6 s' + page * interval '850 ms',
      timing = jsonb_build_array(700, 130, timing -> 2, timing -> 3, timing -> 4,
        case when page = (select min(page) from sync_run_pages first where first.run_id = stored.run_id)
          then '[840, 710]'::jsonb end, '[]'::jsonb)
    where run_id = '${live}';

    create function stay() returns trigger language plpgsql as 'begin return null; end';
    create trigger stay before update on sync_runs for each row when (old.state in ('queued', 'running'))
      execute function stay();
    create trigger stay before insert or update or delete on sync_run_pages for each row execute function stay();
    create trigger stay before update on sync_lists for each row execute function stay();
    create trigger stay before insert or update on run_outcomes for each row execute function stay();`;
}

/** They may end again. */
export const LET_GO = `
  drop trigger if exists stay on sync_runs;
  drop trigger if exists stay on sync_run_pages;
  drop trigger if exists stay on sync_lists;
  drop trigger if exists stay on run_outcomes;`;
