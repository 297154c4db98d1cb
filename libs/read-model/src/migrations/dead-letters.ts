import { Migration } from '@mikro-orm/migrations';

/** Records that the projection could not read or apply. */
export class DeadLetters extends Migration {
  override up(): void {
    // Headers are [name, value in base64 or null] in their order: json, not jsonb, because a name may hold U+0000. Times
    // have milliseconds, as those who page through them have.
    this.addSql(`
      create table dead_letters (
        id uuid primary key,
        topic text not null,
        partition integer not null,
        record_offset bigint not null,
        key bytea,
        headers json not null,
        value bytea,
        error text not null,
        occurred_at timestamptz(3) not null default clock_timestamp(),
        state text not null default 'open' check (state in ('open', 'replayed', 'discarded'))
      )`);
    this.addSql('create index dead_letters_newest on dead_letters (occurred_at desc, id desc)');
  }

  override down(): void {
    this.addSql('drop table dead_letters');
  }
}
