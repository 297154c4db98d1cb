import { Migration } from '@mikro-orm/migrations';

import { markRowRules } from '../projection/row-rules.sql.js';

/** What a phone number is looked up by. Rows that are there get theirs from the rebuild that the next start asks for. */
export class PhoneKeys extends Migration {
  override up(): void {
    this.addSql('alter table contacts add column phone_keys text[]');
    this.addSql('create index contacts_phone_keys on contacts using gin (phone_keys)');
    // Nothing in it is of older rules.
    this.addSql(`
      do $$ begin
        if not exists (select from contacts) then ${markRowRules('contacts')}; end if;
      end $$`);
  }

  override down(): void {
    this.addSql('comment on table contacts is null');
    this.addSql('alter table contacts drop column phone_keys');
  }
}
