import { Migration } from '@mikro-orm/migrations';

/** The id of the call that a run was asked for by, for the lines of the log that are written for it. */
export class RequestsOfRuns extends Migration {
  override up(): void {
    // Without a default: no row is written.
    this.addSql('alter table sync_runs add column request_id text');
  }

  override down(): void {
    this.addSql('alter table sync_runs drop column request_id');
  }
}
