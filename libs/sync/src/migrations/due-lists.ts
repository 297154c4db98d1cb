import { Migration } from '@mikro-orm/migrations';

/** Finds the lists that are due, and whose account waits longest, without a look at all of them. */
export class DueLists extends Migration {
  /** Syncs go on while the index is made. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    // One that was interrupted leaves an index that nobody uses.
    this.addSql('drop index concurrently if exists sync_lists_due');
    this.addSql('create index concurrently sync_lists_due on sync_lists (next_sync_at)');
  }

  override down(): void {
    this.addSql('drop index concurrently if exists sync_lists_due');
  }
}
