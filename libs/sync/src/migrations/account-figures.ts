import { Migration } from '@mikro-orm/migrations';

/** What changed in each account, and how its runs ended, by half hours; and how often in a row they failed. */
export class AccountFigures extends Migration {
  override up(): void {
    // A row takes a count every few minutes: the pages have room for its next version.
    this.addSql(`
      create table account_changes (
        account_id uuid not null references accounts (id) on delete cascade,
        half_hour timestamptz not null,
        created integer not null,
        updated integer not null,
        deleted integer not null,
        primary key (account_id, half_hour)
      ) with (fillfactor = 80)`);
    this.addSql('create index account_changes_half_hour on account_changes (half_hour)');
    this.addSql(`
      create table run_outcomes (
        account_id uuid not null references accounts (id) on delete cascade,
        half_hour timestamptz not null,
        outcome text not null,
        count integer not null,
        first_at timestamptz not null,
        last_at timestamptz not null,
        primary key (account_id, half_hour, outcome)
      ) with (fillfactor = 80)`);
    this.addSql('create index run_outcomes_half_hour on run_outcomes (half_hour)');
    this.addSql(`
      alter table sync_lists
        add column failures integer not null default 0,
        add column failure_is_final boolean not null default false`);
    // More than 100 in a row are not looked for; the next ones count on.
    this.addSql(`
      update sync_lists list set failures = (
        select count(*) from (
          select bool_and(state = 'failed') over (order by queued_at desc, id desc) as failed_since
          from (select state, queued_at, id from sync_runs run
            where run.account_id = list.account_id and run.state in ('failed', 'succeeded', 'held', 'cancelled')
            order by queued_at desc, id desc limit 100) newest) run
        where failed_since)
      where last_outcome = 'failed'`);
  }

  override down(): void {
    this.addSql('alter table sync_lists drop column failures, drop column failure_is_final');
    this.addSql('drop table run_outcomes');
    this.addSql('drop table account_changes');
  }
}
