import { Migration } from '@mikro-orm/migrations';

/** Times have milliseconds, as cursors have: those who page must not pass over entries of the same one. */
export class QuarantineTimes extends Migration {
  override up(): void {
    this.addSql('alter table quarantined_persons alter column occurred_at type timestamptz(3)');
  }

  override down(): void {
    this.addSql('alter table quarantined_persons alter column occurred_at type timestamptz');
  }
}
