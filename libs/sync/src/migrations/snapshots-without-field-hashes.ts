import { Migration } from '@mikro-orm/migrations';

/** Which fields changed is told by comparing with the last event; a fingerprint tells whether any did. */
export class SnapshotsWithoutFieldHashes extends Migration {
  override up(): void {
    this.addSql('alter table contact_snapshots drop column field_hashes');
  }

  /** Without the hashes: a contact's next change counts each field that it has as changed. */
  override down(): void {
    this.addSql(`alter table contact_snapshots add column field_hashes jsonb not null default '{}'`);
  }
}
