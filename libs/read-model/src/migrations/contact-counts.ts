import { Migration } from '@mikro-orm/migrations';

import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { CREATE_COUNTING, keepCounts } from '../projection/contact-counts.sql.js';

/** Live contacts are counted as they come and go, and not each time that somebody asks. */
export class ContactCounts extends Migration {
  override up(): void {
    this.addSql(`
      create table contact_counts (
        table_name text not null,
        account_id uuid not null,
        live bigint not null,
        primary key (table_name, account_id)
      )`);
    this.addSql(CREATE_COUNTING);
    for (const statement of keepCounts(LIVE_CONTACTS)) this.addSql(statement);
  }

  override down(): void {
    this.addSql('drop function count_live_contacts cascade');
    this.addSql('drop table contact_counts');
  }
}
