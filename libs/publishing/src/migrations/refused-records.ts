import { Migration } from '@mikro-orm/migrations';

/** Records that Kafka refuses, and the events that were passed because of them. */
export class RefusedRecords extends Migration {
  override up(): void {
    // From its position on, a contact's records for a topic wait. Times have milliseconds, as those who page have.
    this.addSql(`
      create table refused_records (
        id uuid primary key default gen_random_uuid(),
        relay text not null,
        contact_id uuid not null,
        events_position bigint,
        state_position bigint,
        error text not null,
        occurred_at timestamptz(3) not null default clock_timestamp(),
        state text not null default 'open' check (state in ('open', 'replayed', 'discarded')),
        requested text check (requested in ('replay', 'discard')),
        check (events_position is not null or state_position is not null)
      )`);
    this.addSql(
      `create unique index refused_records_open on refused_records (relay, contact_id) where state = 'open'`,
    );
    this.addSql('create index refused_records_newest on refused_records (occurred_at desc, id desc)');
    this.addSql(`
      create table withheld_events (
        id bigint generated always as identity primary key,
        relay text not null,
        position bigint not null,
        unique (relay, position)
      )`);
  }

  override down(): void {
    this.addSql('drop table withheld_events');
    this.addSql('drop table refused_records');
  }
}
