import { Migration } from '@mikro-orm/migrations';

/** When an entry was closed, from which its payload is kept for a time. Those that are closed count from now. */
export class ClosedQuarantine extends Migration {
  override up(): void {
    this.addSql(
      'alter table quarantined_persons add column closed_at timestamptz, alter column payload drop not null',
    );
    this.addSql(`update quarantined_persons set closed_at = now() where state <> 'open'`);
    this.addSql(`
      create index quarantined_persons_closed on quarantined_persons (closed_at)
      where closed_at is not null and payload is not null`);
    // A run that is removed looks for what it holds.
    this.addSql('create index held_deletions_run on held_deletions (run_id)');
  }

  override down(): void {
    this.addSql('drop index held_deletions_run');
    this.addSql('delete from quarantined_persons where payload is null');
    this.addSql('alter table quarantined_persons drop column closed_at, alter column payload set not null');
  }
}
