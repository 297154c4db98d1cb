import { Migration } from '@mikro-orm/migrations';

/** Google is asked about contacts that a full sync did not show; its answers stand behind the pages of the list. */
export class Absences extends Migration {
  override up(): void {
    // Null on a page of the list. Ids of contacts.
    this.addSql('alter table sync_run_pages add column alive uuid[], add column gone uuid[]');
    this.addSql(`alter table sync_run_pages add column understood text[] not null default '{}'`);
    this.addSql('alter table sync_run_pages alter column understood drop default');
    this.addSql(`
      alter table sync_runs add column absences jsonb not null
        default '{"asked": 0, "gone": 0, "alive": 0, "unanswered": 0}'`);
    this.addSql('alter table sync_runs alter column absences drop default');
    this.addSql(`
      update sync_runs set statistics = statistics || jsonb_build_object(
        'not_listed', (select count(*) from events where run_id = sync_runs.id and type = 'ContactDeleted'
          and data ->> 'reason' = 'absent-from-full-sync'),
        'merged', (select count(*) from events where run_id = sync_runs.id and type = 'ContactDeleted'
          and data ->> 'reason' = 'merged'))`);
    // The next full sync asks about whoever is still not shown.
    this.addSql(
      `delete from held_deletions using sync_runs where id = run_id and hold_reason = 'list-short'`,
    );
    this.addSql(
      `update sync_runs set state = 'succeeded' where state = 'held' and hold_reason = 'list-short'`,
    );
    this.addSql(
      `update sync_runs set hold_reason = null, held_deletions = null where hold_reason = 'list-short'`,
    );
    this.addSql('alter table sync_runs drop constraint sync_runs_hold_reason_check');
    this.addSql(`
      alter table sync_runs add constraint sync_runs_hold_reason_check
        check (hold_reason in ('deletion-guard', 'empty-list', 'unknown-person'))`);
  }

  override down(): void {
    this.addSql('alter table sync_runs drop column absences');
    this.addSql('delete from sync_run_pages where alive is not null');
    this.addSql('alter table sync_run_pages drop column alive, drop column gone, drop column understood');
  }
}
