import { Migration } from '@mikro-orm/migrations';

/**
 * `state` holds the SHA-256 of the state from now on, as a browser's secret makes it. Sign-ins on their way have none, and
 * begin again.
 */
export class SignInsOfBrowsers extends Migration {
  override up(): void {
    this.addSql('delete from sign_ins');
    this.addSql('create index sign_ins_expires_at on sign_ins (expires_at)');
  }

  override down(): void {
    this.addSql('drop index sign_ins_expires_at');
    this.addSql('delete from sign_ins');
  }
}
