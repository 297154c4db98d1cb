import { Migration } from '@mikro-orm/migrations';

/**
 * Accounts are listed by the time at which they were connected: each has one, and it has milliseconds, as a cursor has.
 */
export class ConnectionTimes extends Migration {
  override up(): void {
    this.addSql('update accounts set connected_at = now() where connected_at is null');
    this.addSql('alter table accounts alter column connected_at type timestamptz(3)');
    this.addSql('alter table accounts alter column connected_at set not null');
  }

  override down(): void {
    this.addSql('alter table accounts alter column connected_at drop not null');
    this.addSql('alter table accounts alter column connected_at type timestamptz');
  }
}
