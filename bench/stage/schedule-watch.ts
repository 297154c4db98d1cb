import { type BenchDatabase } from './bench-database.js';

/**
 * A scheduled run says when it was queued and when it began, not when it was due, nor who took it over: the database
 * notes both as it happens, in the transaction that does it.
 */
const WATCH = `
  create table bench_dues (account_id uuid not null, due timestamptz not null, claimed_at timestamptz not null);
  create index on bench_dues (account_id, claimed_at);
  create function bench_note_due() returns trigger language plpgsql as $$ begin
    insert into bench_dues values (new.account_id, old.next_sync_at, clock_timestamp()); return null;
  end $$;
  -- A failure that moves the time on counts itself in the same update.
  create trigger bench_note_due after update on sync_lists for each row
    when (old.next_sync_at <= now() and new.next_sync_at > now() and new.failures = old.failures)
    execute function bench_note_due();

  create table bench_takeovers (account_id uuid not null, left_by text not null, at timestamptz not null);
  create index on bench_takeovers (account_id, at);
  create function bench_note_takeover() returns trigger language plpgsql as $$ begin
    insert into bench_takeovers values (substr(new.name, 9)::uuid, old.owner, clock_timestamp()); return null;
  end $$;
  create trigger bench_note_takeover after update on leases for each row
    when (new.name like 'account %' and old.owner is not null and new.owner is distinct from old.owner
      and new.owner is not null)
    execute function bench_note_takeover();

  create table bench_kills (owner text not null, at timestamptz not null)`;

/** A run of the schedule and how late it was; of one that has not begun, so far. */
export interface LateRun {
  readonly accountId: string;
  /** Its start minus its due time, in seconds. */
  readonly lateness: number;
  readonly state: string;
  readonly foundSomething: boolean;
}

/** Looks at what a schedule did, from the time at which it was asked to. */
export class ScheduleWatch {
  private constructor(
    private readonly database: BenchDatabase,
    private since: string,
  ) {}

  static async start(database: BenchDatabase): Promise<ScheduleWatch> {
    await database.query(WATCH);
    const watch = new ScheduleWatch(database, '');
    await watch.begin();
    return watch;
  }

  /** Counts from now on. */
  async begin(): Promise<void> {
    const [row] = await this.database.query<{ now: string }>('select clock_timestamp()::text as now');
    this.since = row?.now ?? '';
  }

  /** A process was killed. @param pid of it, which its leases name behind its host */
  async killed(pid: number): Promise<void> {
    await this.database.query(
      `insert into bench_kills
       select owner, clock_timestamp() from leases where owner like '%:' || $1 group by owner`,
      [pid],
    );
  }

  /** The runs that were due since then, without those that were taken over. */
  runs(): Promise<LateRun[]> {
    return this.database.query<LateRun>(
      `select run.account_id as "accountId", state,
         extract(epoch from coalesce(started_at, clock_timestamp()) - due)::float8 as lateness,
         (statistics ->> 'total_fetched')::int > 0 as "foundSomething"
       from sync_runs run, lateral (
         select due from bench_dues where account_id = run.account_id and claimed_at <= queued_at + interval '50 ms'
         order by claimed_at desc limit 1) claimed
       where trigger = 'scheduled' and queued_at >= $1 and not exists (
         select from bench_takeovers take where take.account_id = run.account_id and take.at >= run.started_at
           and take.at <= coalesce(run.finished_at, 'infinity'))`,
      [this.since],
    );
  }

  /** Of runs whose process was killed: seconds from the kill until another process had them. */
  async orphans(): Promise<number[]> {
    const rows = await this.database.query<{ seconds: number }>(
      `select extract(epoch from take.at - kill.at)::float8 as seconds
       from bench_takeovers take join bench_kills kill on kill.owner = take.left_by
       where kill.at >= $1 and take.at >= kill.at`,
      [this.since],
    );
    return rows.map(({ seconds }) => seconds);
  }

  /** Runs that overlap another one of their account, and runs that were taken from a process that lived. */
  async doubleRuns(): Promise<number> {
    return this.count(
      `select (select count(*) from sync_runs one join sync_runs other using (account_id)
         where one.queued_at >= $1 and other.started_at > one.started_at
           and other.started_at < coalesce(one.finished_at, 'infinity'))
         + (select count(*) from bench_takeovers take where take.at >= $1
           and not exists (select from bench_kills kill where kill.owner = take.left_by and kill.at <= take.at)) as n`,
    );
  }

  /** Times that were claimed and led to no run, though none was going on: whoever claimed them died before it queued. */
  async lostDues(queuedWithinSeconds = 10): Promise<number> {
    return this.count(
      `select count(*) as n from bench_dues claimed
       where claimed_at >= $1 and claimed_at < clock_timestamp() - make_interval(secs => $2) and not exists (
         select from sync_runs run where run.account_id = claimed.account_id
           and run.queued_at < claimed.claimed_at + make_interval(secs => $2)
           and coalesce(run.finished_at, 'infinity') > claimed.claimed_at - interval '50 ms')`,
      queuedWithinSeconds,
    );
  }

  /** Accounts that are connected and not paused and on which nobody has worked for so long. */
  async forgotten(seconds: number): Promise<number> {
    return this.count(
      `with watched as (select id from accounts where state = 'connected' and not paused),
       worked as (
         select id as account_id, $1::timestamptz as begins, $1::timestamptz as ends from watched
         union all
         -- One that a killed process has left is not forgotten before its lease has run out.
         select account_id, started_at,
           coalesce(finished_at, greatest(started_at, least(lease.expires_at, clock_timestamp())))
         from sync_runs join leases lease on lease.name = 'account ' || account_id
         where started_at is not null and coalesce(finished_at, 'infinity') >= $1
         union all
         select id, clock_timestamp(), clock_timestamp() from watched
       ), gaps as (
         select account_id, begins - max(ends) over (partition by account_id order by begins, ends
           rows between unbounded preceding and 1 preceding) as gap
         from worked
       )
       select count(distinct account_id) as n from gaps join watched on id = account_id
       where gap > make_interval(secs => $2)`,
      seconds,
    );
  }

  private async count(statement: string, ...parameters: readonly unknown[]): Promise<number> {
    const [row] = await this.database.query<{ n: string }>(statement, [this.since, ...parameters]);
    return Number(row?.n ?? 0);
  }
}
