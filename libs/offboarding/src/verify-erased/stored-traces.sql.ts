import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

/** Rows that tell something of an account or of one of its contacts. */
export interface StoredTraces {
  readonly table: string;
  readonly rows: number;
}

/** What is looked for: $1 is the account. Contacts are those that the log has, skeletons included. */
const TRACES: Readonly<Record<string, string>> = {
  accounts: 'accounts where id = $1::uuid',
  sign_ins: 'sign_ins where account_id = $1::uuid or connected_account_id = $1::uuid',
  api_tokens: 'api_tokens where account_id = $1::uuid',
  connect_links: 'connect_links where account_id = $1::uuid',
  sync_lists: 'sync_lists where account_id = $1::uuid',
  account_changes: 'account_changes where account_id = $1::uuid',
  run_outcomes: 'run_outcomes where account_id = $1::uuid',
  setting_changes: 'setting_changes where account_id = $1::uuid',
  sync_runs: 'sync_runs where account_id = $1::uuid',
  held_deletions: 'held_deletions where account_id = $1::uuid',
  quarantined_persons: 'quarantined_persons where account_id = $1::uuid',
  contact_snapshots: 'contact_snapshots where account_id = $1::uuid',
  contact_keys: 'contact_keys where account_id = $1::uuid',
  events: `events where account_id = $1::uuid and (data is not null or metadata <> '{}')`,
  account_events: 'account_events where account_id = $1::uuid',
  contacts: 'contacts where account_id = $1::uuid',
  contact_counts: 'contact_counts where account_id = $1::uuid',
  refused_records:
    'refused_records where contact_id in (select stream_id from events where account_id = $1::uuid)',
  dead_letters: `dead_letters where key in (
    select convert_to(stream_id::text, 'UTF8') from events where account_id = $1::uuid)`,
  leases: `leases where name = 'account ' || $1::uuid::text`,
};

/**
 * Counts what the tables hold of an account. SQL, for one look at all of them at one moment. It reads whole tables where
 * no index leads to an account: it is asked seldom.
 */
export async function storedTraces(em: SqlEntityManager, accountId: string): Promise<StoredTraces[]> {
  const counts = Object.entries(TRACES).map(
    ([table, from]) => `select '${table}' as table, count(*)::int as rows from ${from}`,
  );
  return boundSql<StoredTraces>(em, counts.join(' union all '), [accountId]);
}
