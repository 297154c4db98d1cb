import { Migration } from '@mikro-orm/migrations';

/** An account may have its own place in DEFAULT_REGION's. The index is for the few that do. */
export class AccountRegionColumn extends Migration {
  override up(): void {
    this.addSql(`alter table accounts add column region text`);
    this.addSql(`create index accounts_region on accounts (region) where region is not null`);
  }

  override down(): void {
    this.addSql(`alter table accounts drop column region`);
  }
}
