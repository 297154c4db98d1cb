import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { type Actor } from '../audit-draft.js';
import { type ActorKind, type AuditOutcome } from '../audit-entry.entity.js';
import { type ChangedSettings } from '../setting-changes/setting-changes.js';

/** What was done to an account, as whoever operates it may know: without reasons, and without who was refused what. */
export interface AccountEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: Actor;
  readonly action: string;
  /** The id of what it was done to. */
  readonly object: string | null;
  /** null: it goes on, or nobody knows. */
  readonly outcome: Exclude<AuditOutcome, 'refused'> | null;
  readonly code: string | null;
  readonly requestId: string | null;
  /** null: it changed no setting. */
  readonly changes: ChangedSettings | null;
}

type Row = Omit<AccountEntry, 'at' | 'actor'> & { at: string; kind: ActorKind; name: string | null };

const COLUMNS = `entry.id, entry.occurred_at as at, entry.actor_kind as kind, entry.actor_name as name, entry.action,
  entry.object, entry.outcome, entry.code, entry.request_id as "requestId"`;

/** Syncs and other work that somebody asked for belong to their runs. The index audit_entries_of_account holds the others. */
const OF_ACCOUNT = `entry.action <> 'sync.run' and entry.outcome is distinct from 'refused'`;

/**
 * The newest entries of an account before a place. SQL, for the join with what they changed.
 *
 * @param actions those that are looked for
 * @param before a time and an id
 */
export async function accountEntries(
  tx: SqlEntityManager,
  accountId: string,
  actions: readonly string[],
  before: readonly [time: string, id: string],
  limit: number,
): Promise<AccountEntry[]> {
  const rows = await boundSql<Row>(
    tx,
    `select ${COLUMNS}, change.changes from audit_entries entry left join setting_changes change on change.entry_id = entry.id
     where entry.account_id = $1 and ${OF_ACCOUNT} and entry.action = any($2::text[])
       and (entry.occurred_at, entry.id) < ($3::timestamptz, $4::uuid)
     order by entry.occurred_at desc, entry.id desc limit $5`,
    [accountId, actions, ...before, limit],
  );
  return rows.map(entryOf);
}

/** How long before a run is queued, or after, its entry may have been written, by clocks of two machines. */
const APART = '1 minute';

/**
 * The entries of those who asked for runs. By the index audit_entries_account, a few around each run.
 *
 * @param runs their ids, and when each was queued
 */
export async function entriesOfRuns(
  tx: SqlEntityManager,
  accountId: string,
  runs: readonly { readonly id: string; readonly queuedAt: Date }[],
): Promise<AccountEntry[]> {
  if (runs.length === 0) return [];
  const rows = await boundSql<Row>(
    tx,
    `select ${COLUMNS}, null as changes
     from unnest($2::text[], $3::timestamptz[]) as run (id, queued_at), lateral (
       select * from audit_entries
       where account_id = $1 and action = 'sync.run' and object = run.id
         and occurred_at between run.queued_at - interval '${APART}' and run.queued_at + interval '${APART}'
       order by occurred_at desc limit 1
     ) entry`,
    [accountId, runs.map(({ id }) => id), runs.map(({ queuedAt }) => queuedAt.toISOString())],
  );
  return rows.map(entryOf);
}

/**
 * What was last done of these actions to one thing of an account. By the index audit_entries_of_account, from that time on.
 *
 * @returns null: nothing, or nobody knows any more
 */
export async function lastDone(
  em: SqlEntityManager,
  accountId: string,
  actions: readonly string[],
  object: string,
  since: Date,
): Promise<AccountEntry | null> {
  const [row] = await boundSql<Row>(
    em,
    `select ${COLUMNS}, null as changes from audit_entries entry
     where entry.account_id = $1 and ${OF_ACCOUNT} and entry.action = any($2::text[]) and entry.object = $3
       and entry.outcome = 'done' and entry.occurred_at >= $4::timestamptz
     order by entry.occurred_at desc, entry.id desc limit 1`,
    [accountId, actions, object, since.toISOString()],
  );
  return row === undefined ? null : entryOf(row);
}

function entryOf({ at, kind, name, ...entry }: Row): AccountEntry {
  return { ...entry, at: new Date(at), actor: { kind, name } };
}
