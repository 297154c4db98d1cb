import { Migration } from '@mikro-orm/migrations';

/** The relay's leader and checkpoints, and what Kafka acknowledged of it. */
export class Relay extends Migration {
  override up(): void {
    // A relay is named after its events topic: another topic (another prefix) is another relay, from the log's start.
    this.addSql(`
      create table relays (
        name text primary key,
        owner text,
        fencing bigint not null default 0,
        leased_until timestamptz,
        position bigint not null default 0,
        state_position bigint not null default 0
      )`);
    this.addSql(`
      create table relay_partitions (
        relay text not null references relays (name) on delete cascade,
        topic text not null,
        partition integer not null,
        last_offset bigint not null,
        last_position bigint not null,
        primary key (topic, partition)
      )`);
  }

  override down(): void {
    this.addSql('drop table relay_partitions');
    this.addSql('drop table relays');
  }
}
