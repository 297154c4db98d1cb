import { Migration } from '@mikro-orm/migrations';

/** The log itself. `data` is `json`, not `jsonb`: its text is what is published, byte for byte. */
export class EventLog extends Migration {
  override up(): void {
    this.addSql(`
      create table events (
        position bigint generated always as identity primary key,
        stream_id uuid not null,
        version integer not null check (version > 0),
        account_id uuid not null,
        type text not null,
        data json not null,
        metadata jsonb not null,
        run_id uuid not null,
        occurred_at timestamptz not null,
        constraint events_stream_version unique (stream_id, version)
      )`);
    this.addSql('create index events_account_position on events (account_id, position)');
    this.addSql('create index events_run on events (run_id)');
  }

  override down(): void {
    this.addSql('drop table events');
  }
}
