import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, type Change, PLAN_ANEW } from '#platform';

import { type HoldReason, type Run } from '../runs/run.entity.js';

/** When inferred deletions wait for a person: above both the share of live contacts and the count. */
export interface DeletionGuard {
  /** 0 to 1. */
  readonly share: number;
  readonly count: number;
}

/** A complete list that is shorter than Google's own count by more than this share is not trusted. */
const LIST_SHORT_SHARE = 0.05;

/** Whether whoever a complete list did not show is gone, as far as the list itself tells. */
export function listIsWhole(list: ListFacts): boolean {
  return holdReason({ ...list, absent: Math.max(1, list.absent) }, null) === null;
}

/** What a full sync's list looked like, beside the contacts that it did not show. */
interface ListFacts {
  readonly absent: number;
  readonly live: number;
  /** Persons on the list, those in quarantine included; who came under one name twice is one. */
  readonly shown: number;
  readonly totalItems: number | null;
  /** A person came without a resource name: it could be any contact. */
  readonly hasUnknownPerson: boolean;
}

/**
 * Whether the contacts that a complete list did not show may be deleted at once.
 *
 * @param guard null where it is switched off; a list that cannot be right is held all the same
 * @returns null: they may
 */
export function holdReason(list: ListFacts, guard: DeletionGuard | null): HoldReason | null {
  if (list.absent === 0) return null;
  if (list.shown === 0) return 'empty-list';
  if (list.hasUnknownPerson) return 'unknown-person';
  if (list.totalItems !== null && list.shown < list.totalItems * (1 - LIST_SHORT_SHARE)) return 'list-short';
  if (guard !== null && list.absent > guard.count && list.absent > list.live * guard.share)
    return 'deletion-guard';
  return null;
}

/** Reads what {@link holdReason} decides by. @param absent the live contacts that the list did not show */
export async function listFacts(em: SqlEntityManager, run: Run, absent: number): Promise<ListFacts> {
  const [row] = await boundSql<{ live: number; shown: number; has_unknown_person: boolean }>(
    em,
    `${PLAN_ANEW} with pages as (select * from sync_run_pages where run_id = $1 and epoch = $2)
     select (select count(*)::int from contact_snapshots where account_id = $3 and not deleted) as live,
       (select count(distinct name)::int from (
          select resource_name as name from contact_snapshots
          where contact_id = any (array(select unnest(contact_ids) from pages))
          union all
          select coalesce((
            select resource_name from contact_keys k join contact_snapshots using (contact_id)
            where k.account_id = $3 and k.key = person.key), person.key)
          from pages, unnest(quarantined) as person (key)
        ) as persons) as shown,
       exists (select 1 from pages, unnest(quarantined) as key where key ~ '^(payload|source):') as has_unknown_person`,
    [run.id, run.epoch, run.accountId],
  );
  return {
    absent,
    live: row?.live ?? 0,
    shown: row?.shown ?? 0,
    totalItems: run.totalItems ?? null,
    hasUnknownPerson: row?.has_unknown_person ?? false,
  };
}

/**
 * Keeps contacts for a person to decide on. A newer complete full sync knows better than those before: what they held
 * is dropped, and they are over.
 *
 * @param contactIds of those that the run holds; none: only the older ones are dropped
 */
export function heldToReplace(run: Run, contactIds: readonly string[]): Change[] {
  return [
    {
      sql: `delete from held_deletions where account_id = $1 and contact_id <> all($2::uuid[])`,
      parameters: [run.accountId, contactIds],
    },
    {
      sql: `insert into held_deletions (account_id, run_id, contact_id)
        select $1, $2, contact_id from unnest($3::uuid[]) as contact_id
        on conflict (account_id, contact_id) do update set run_id = excluded.run_id`,
      parameters: [run.accountId, run.id, contactIds],
    },
    {
      sql: `update sync_runs set state = 'succeeded' where account_id = $1 and state = 'held' and id <> $2`,
      parameters: [run.accountId, run.id],
    },
  ];
}

/** A contact that shows up again, understood or not, is no longer absent. */
export function seenAgain(
  accountId: string,
  contactIds: readonly string[],
  quarantinedKeys: readonly string[],
): Change {
  return {
    sql: `delete from held_deletions held where held.account_id = $1 and (held.contact_id = any($2::uuid[])
       or held.contact_id in (select contact_id from contact_keys where account_id = $1 and key = any($3::text[])))`,
    parameters: [accountId, contactIds, quarantinedKeys],
  };
}
