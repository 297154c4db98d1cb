import { Migration } from '@mikro-orm/migrations';

/** When a sync last changed something: accounts that stay as they are may be synced less often. */
export class ChangesOfLists extends Migration {
  override up(): void {
    this.addSql('alter table sync_lists add column changed_at timestamptz');
  }

  override down(): void {
    this.addSql('alter table sync_lists drop column changed_at');
  }
}
