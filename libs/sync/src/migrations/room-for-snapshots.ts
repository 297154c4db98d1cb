import { Migration } from '@mikro-orm/migrations';

/**
 * Pages of snapshots keep room for the next version of one, so that a changed contact touches no index
 * (docs/scaling.md#updates-in-place). It holds for pages that are filled from here on.
 */
export class RoomForSnapshots extends Migration {
  override up(): void {
    this.addSql('alter table contact_snapshots set (fillfactor = 95)');
  }

  override down(): void {
    this.addSql('alter table contact_snapshots reset (fillfactor)');
  }
}
