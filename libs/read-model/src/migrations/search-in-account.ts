import { Migration } from '@mikro-orm/migrations';

/** By their former names, and what they are made on now. */
const INDEXES = {
  contacts_search: { name: 'contacts_search_in_account', column: 'search_text gin_trgm_ops' },
  contacts_phones: { name: 'contacts_phones_in_account', column: 'phone_digits gin_trgm_ops' },
  contacts_phone_keys: { name: 'contacts_phone_keys_in_account', column: 'phone_keys' },
};

/** A search in one account goes through none of what others have. */
export class SearchInAccount extends Migration {
  /** The contacts may be millions, and are searched and written to while their indexes are made. */
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    this.addSql('create extension if not exists btree_gin');
    for (const [former, { name, column }] of Object.entries(INDEXES)) {
      // One that was interrupted leaves an index that nobody uses.
      this.addSql(`drop index concurrently if exists ${name}`);
      this.addSql(`create index concurrently ${name} on contacts using gin (account_id, ${column})`);
      this.addSql(`drop index concurrently if exists ${former}`);
    }
  }

  override down(): void {
    for (const [former, { name, column }] of Object.entries(INDEXES)) {
      this.addSql(`drop index concurrently if exists ${former}`);
      this.addSql(`create index concurrently ${former} on contacts using gin (${column})`);
      this.addSql(`drop index concurrently if exists ${name}`);
    }
  }
}
