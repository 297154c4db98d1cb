import { Migration } from '@mikro-orm/migrations';

/** How a list's last run ended, and when the last good one did, stand with the list: they are asked for of all accounts at once. */
export class ListOutcomes extends Migration {
  override up(): void {
    this.addSql(`
      alter table sync_lists
        add column last_outcome text check (last_outcome in ('succeeded', 'failed', 'cancelled')),
        add column succeeded_at timestamptz`);
    this.addSql(`
      update sync_lists set last_outcome = run.outcome
      from (
        select distinct on (account_id, list) account_id, list,
          case state when 'held' then 'succeeded' else state end as outcome
        from sync_runs where finished_at is not null and started_at is not null
        order by account_id, list, queued_at desc
      ) run
      where sync_lists.account_id = run.account_id and sync_lists.list = run.list`);
    this.addSql(`
      update sync_lists set succeeded_at = run.at
      from (
        select account_id, list, max(finished_at) as at from sync_runs where state in ('succeeded', 'held')
        group by account_id, list
      ) run
      where sync_lists.account_id = run.account_id and sync_lists.list = run.list`);
    this.addSql(`create index sync_runs_held on sync_runs (account_id) where state = 'held'`);
  }

  override down(): void {
    this.addSql('drop index sync_runs_held');
    this.addSql('alter table sync_lists drop column last_outcome, drop column succeeded_at');
  }
}
