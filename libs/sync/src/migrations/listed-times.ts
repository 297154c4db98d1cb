import { Migration } from '@mikro-orm/migrations';

/**
 * Lists go on behind the time of their last row, and a cursor carries milliseconds: finer times would let rows of the
 * same millisecond be passed over.
 */
export class ListedTimes extends Migration {
  override up(): void {
    this.addSql('alter table sync_runs alter column queued_at type timestamptz(3)');
    this.addSql('alter table quarantined_persons alter column occurred_at type timestamptz(3)');
  }

  override down(): void {
    this.addSql('alter table quarantined_persons alter column occurred_at type timestamptz');
    this.addSql('alter table sync_runs alter column queued_at type timestamptz');
  }
}
