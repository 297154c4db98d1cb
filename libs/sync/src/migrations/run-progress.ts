import { Migration } from '@mikro-orm/migrations';

/** What a run is at while it goes on, and afterwards when each of its pages was asked for, answered and stored. */
export class RunProgress extends Migration {
  override up(): void {
    // Without a default: no row is written.
    this.addSql('alter table sync_runs add column activity jsonb, add column timings jsonb');
    this.addSql('alter table sync_run_pages add column timing jsonb');
  }

  override down(): void {
    this.addSql('alter table sync_run_pages drop column timing');
    this.addSql('alter table sync_runs drop column activity, drop column timings');
  }
}
