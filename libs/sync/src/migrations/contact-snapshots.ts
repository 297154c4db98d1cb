import { Migration } from '@mikro-orm/migrations';

/** What the write side knows of a contact is called a snapshot. */
export class ContactSnapshots extends Migration {
  override up(): void {
    this.addSql('alter table contact_heads rename to contact_snapshots');
    this.addSql('alter index contact_heads_pkey rename to contact_snapshots_pkey');
    this.addSql('alter index contact_heads_live rename to contact_snapshots_live');
    this.addSql('alter index contact_heads_deleted rename to contact_snapshots_deleted');
  }

  override down(): void {
    this.addSql('alter index contact_snapshots_deleted rename to contact_heads_deleted');
    this.addSql('alter index contact_snapshots_live rename to contact_heads_live');
    this.addSql('alter index contact_snapshots_pkey rename to contact_heads_pkey');
    this.addSql('alter table contact_snapshots rename to contact_heads');
  }
}
