import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, PLAN_ANEW } from '#platform';

import { contactColumnNames, LIVE_CONTACTS } from '../projection/contact.entity.js';
import { type Search } from '../projection/search-text.js';
import { matchCondition } from './match-condition.sql.js';

/** Labels that a summary names. */
const MOST_GROUPS = 10;

/** A contact whose deletion waits for a person. */
export interface HeldContact {
  readonly contactId: string;
  readonly resourceName: string;
  /** null, as all that follows, where the read model does not have the contact yet. */
  readonly displayName: string | null;
  /** The name of its first organization. */
  readonly organization: string | null;
  /** Resource names. */
  readonly groups: readonly string[];
  /** ISO 8601. */
  readonly updatedAt: string | null;
}

export interface MaskedHeldContact extends Pick<HeldContact, 'contactId' | 'resourceName' | 'updatedAt'> {
  readonly masked: true;
}

/** How long ago the contacts that a run holds were changed. */
export interface HeldAges {
  readonly total: number;
  readonly unchangedForTwoYears: number;
  readonly changedInLast30Days: number;
}

/** How many of them have a label. */
export interface HeldGroup {
  readonly group: string;
  readonly count: number;
}

/**
 * The contacts that a run ($1) holds, and that were not seen again or deleted since, with what the read model has of
 * them. SQL, because the writing side, which says who they are, has no entity of a contact; a run's are some thousands
 * at most, found by the index held_deletions_run and the primary keys of both.
 */
const HELD = `held as (
  select snapshot.contact_id, snapshot.resource_name
  from held_deletions join contact_snapshots snapshot using (contact_id)
  where run_id = $1 and not snapshot.deleted
)`;

/** By display name, then id. Documents are read last, of those that are shown. */
export async function listHeld(
  em: SqlEntityManager,
  runId: string,
  {
    search,
    behind,
    limit,
  }: {
    readonly search: Search | null;
    /** Only what comes behind it. */
    readonly behind: readonly [displayName: string, id: string] | null;
    readonly limit: number;
  },
): Promise<(HeldContact & { readonly orderedBy: string })[]> {
  const names = contactColumnNames(em);
  const parameters: unknown[] = [runId];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [
    ...(behind === null
      ? []
      : [
          `(coalesce(${names.displayName}, ''), contact_id) > (${bind(behind[0])}, ${bind(behind[1])}::uuid)`,
        ]),
    ...(search === null ? [] : [matchCondition(names, search, bind)]),
  ];
  const rows = await boundSql<{ orderedBy: string; details: string } & MaskedHeldContact>(
    em,
    `${PLAN_ANEW} with ${HELD}, page as materialized (
       select contact_id, held.resource_name, coalesce(${names.displayName}, '') as name
       from held left join ${LIVE_CONTACTS.table} contact on ${names.id} = contact_id
       ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
       order by name, contact_id limit ${bind(limit)}
     )
     select contact_id as "contactId", page.resource_name as "resourceName", name as "orderedBy",
       ${names.updatedAt} as "updatedAt", (select json_build_object('displayName', said -> 'displayName',
         'organization', said #> '{organizations,0,name}', 'groups', coalesce(said -> 'groups', '[]'))::text
         from (select ${names.document}::json as said) as document) as details
     from page left join ${LIVE_CONTACTS.table} contact on ${names.id} = contact_id order by name, contact_id`,
    parameters,
  );
  return rows.map(({ details, updatedAt, ...row }) => ({
    ...row,
    ...(JSON.parse(details) as Pick<HeldContact, 'displayName' | 'organization' | 'groups'>),
    updatedAt: isoTime(updatedAt),
  }));
}

/** By id, with nothing that they say. */
export async function listMaskedHeld(
  em: SqlEntityManager,
  runId: string,
  { behind, limit }: { readonly behind: string | null; readonly limit: number },
): Promise<MaskedHeldContact[]> {
  const { id, updatedAt: time } = contactColumnNames(em);
  const rows = await boundSql<Omit<MaskedHeldContact, 'masked'>>(
    em,
    `${PLAN_ANEW} with ${HELD}
     select contact_id as "contactId", held.resource_name as "resourceName", ${time} as "updatedAt"
     from held left join ${LIVE_CONTACTS.table} contact on ${id} = contact_id
     where $2::uuid is null or contact_id > $2 order by contact_id limit $3`,
    [runId, behind, limit],
  );
  return rows.map(({ updatedAt, ...row }) => ({ masked: true, ...row, updatedAt: isoTime(updatedAt) }));
}

export async function countHeldByAge(em: SqlEntityManager, runId: string): Promise<HeldAges> {
  const { id, updatedAt } = contactColumnNames(em);
  const [ages] = await boundSql<HeldAges>(
    em,
    `${PLAN_ANEW} with ${HELD}
     select count(*)::int as total,
       count(*) filter (where ${updatedAt} < now() - interval '2 years')::int as "unchangedForTwoYears",
       count(*) filter (where ${updatedAt} >= now() - interval '30 days')::int as "changedInLast30Days"
     from held left join ${LIVE_CONTACTS.table} contact on ${id} = contact_id`,
    [runId],
  );
  return ages ?? { total: 0, unchangedForTwoYears: 0, changedInLast30Days: 0 };
}

/** Those that most of them have. */
export async function countHeldByGroup(em: SqlEntityManager, runId: string): Promise<HeldGroup[]> {
  const { id, document } = contactColumnNames(em);
  return boundSql<HeldGroup>(
    em,
    `${PLAN_ANEW} with ${HELD}
     select label as group, count(*)::int as count
     from held join ${LIVE_CONTACTS.table} contact on ${id} = contact_id,
       json_array_elements_text(${document}::json -> 'groups') as label
     group by label order by count desc, label limit ${MOST_GROUPS}`,
    [runId],
  );
}

function isoTime(time: string | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
