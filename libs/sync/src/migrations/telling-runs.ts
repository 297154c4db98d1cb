import { Migration } from '@mikro-orm/migrations';

/** Finds the runs that tell something of an account: all but the scheduled ones that found nothing new, which are most. */
export class TellingRuns extends Migration {
  /** The runs may be millions, and are written to while their index is made. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    // One that was interrupted leaves an index that nobody uses.
    this.addSql('drop index concurrently if exists sync_runs_account_events');
    this.addSql(`
      create index concurrently sync_runs_account_events on sync_runs (account_id, queued_at desc, id desc)
      where not (state = 'succeeded' and trigger = 'scheduled' and mode = 'incremental'
        and statistics @> '{"created":0,"updated":0,"deleted":0,"errors":0}')`);
  }

  override down(): void {
    this.addSql('drop index concurrently if exists sync_runs_account_events');
  }
}
