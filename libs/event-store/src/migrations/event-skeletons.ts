import { Migration } from '@mikro-orm/migrations';

/** An event may outlive its data (docs/adr/0038-events-outlive-their-data.md). */
export class EventSkeletons extends Migration {
  override up(): void {
    this.addSql('alter table events alter column data drop not null');
  }

  override down(): void {
    this.addSql('alter table events alter column data set not null');
  }
}
