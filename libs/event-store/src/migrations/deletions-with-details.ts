import { Migration } from '@mikro-orm/migrations';

/** Finds the deletions whose streams still have the data from before them, by age. */
export class DeletionsWithDetails extends Migration {
  override up(): void {
    this.addSql(`
      create index events_deletions_with_details on events (occurred_at, position)
      where type = 'ContactDeleted' and data is not null and metadata -> 'detailsRemoved' is null`);
  }

  override down(): void {
    this.addSql('drop index events_deletions_with_details');
  }
}
