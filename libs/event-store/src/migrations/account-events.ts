import { Migration } from '@mikro-orm/migrations';

/** The log of accounts' lives, which Kafka gets. Accounts that are there by now are told of in it. */
export class AccountEvents extends Migration {
  override up(): void {
    this.addSql('create sequence account_events_position');
    // No reference to the account: its erasure is told of when it is gone.
    this.addSql(`
      create table account_events (
        position bigint primary key,
        account_id uuid not null,
        version integer not null,
        type text not null,
        reference text,
        last_position bigint,
        occurred_at timestamptz(3) not null,
        unique (account_id, version)
      )`);
    // Each query of a volatile function sees what was committed before it began, so under the lock both the version and
    // the position come after those of every event that a reader can see.
    this.addSql(`
      create function next_account_event(account uuid, out next_position bigint, out next_version integer)
      language plpgsql volatile as $$
      begin
        perform pg_advisory_xact_lock(7165066978298918005);
        perform pg_notify('contactstream_accounts', '');
        select coalesce(max(version), 0) + 1 into next_version from account_events where account_id = account;
        next_position := nextval('account_events_position');
      end $$`);
    this.addSql(`
      insert into account_events (position, account_id, version, type, reference, last_position, occurred_at)
      select nextval('account_events_position'), id, version, type, reference, last_position, occurred_at
      from (
        select account.id, account.reference, told.type, told.last_position, told.occurred_at,
          row_number() over (partition by account.id order by told.place) as version
        from accounts account
          left join sync_lists list on list.account_id = account.id and list.list = 'contacts'
          cross join lateral (values
            (1, 'AccountConnected', null::bigint, account.connected_at),
            (2, 'AccountSynced',
              (select coalesce(max(position), 0) from events where account_id = account.id), list.succeeded_at),
            (3, case account.state when 'needs-reauth' then 'AccountNeedsSignIn' else 'AccountDisconnected' end,
              null, clock_timestamp())
          ) as told (place, type, last_position, occurred_at)
        where told.place = 1
          or (told.place = 2 and list.succeeded_at >= account.connected_at)
          or (told.place = 3 and account.state in ('needs-reauth', 'disconnected'))
        order by account.connected_at, account.id, told.place
      ) as present`);
  }

  override down(): void {
    this.addSql('drop table account_events');
    this.addSql('drop function next_account_event');
    this.addSql('drop sequence account_events_position');
  }
}
