import { Migration } from '@mikro-orm/migrations';

const INDEXES = {
  contacts_by_time: '(updated_at, id)',
  contacts_by_account_and_time: '(account_id, updated_at, id)',
};

/** Contacts are listed by their last change. */
export class ContactsByTime extends Migration {
  /** The contacts may be millions, and are written to while their indexes are made. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const [name, columns] of Object.entries(INDEXES)) {
      // One that was interrupted leaves an index that nobody uses.
      this.addSql(`drop index concurrently if exists ${name}`);
      this.addSql(`create index concurrently ${name} on contacts ${columns} where document is not null`);
    }
  }

  override down(): void {
    for (const name of Object.keys(INDEXES)) this.addSql(`drop index concurrently if exists ${name}`);
  }
}
