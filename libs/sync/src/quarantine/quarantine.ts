import { createHash, randomUUID } from 'node:crypto';

import { type PersonIdentity, type PersonNotUnderstood } from '#contact';
import { type Change } from '#platform';

import { sourceKey } from '../snapshots/contact-snapshots.js';

/** A person that could not be understood, with the payload as it came. */
export interface QuarantinedPerson {
  /** What it is known by: its resource name, else a source id, else a hash of its payload. */
  readonly key: string;
  readonly resourceName: string | null;
  readonly sourceIds: readonly string[];
  readonly previousResourceNames: readonly string[];
  /** JSON. */
  readonly payload: string;
  /** Where in the person and what is wrong there; never the value. */
  readonly error: string;
}

/** @param raw any JSON value */
export function quarantined(raw: unknown, error: PersonNotUnderstood): QuarantinedPerson {
  const payload = JSON.stringify(raw);
  const resourceName = storableText(member(raw, 'resourceName'));
  const sourceIds = contactSourceIds(raw);
  const [sourceId] = sourceIds;
  return {
    key:
      resourceName ??
      (sourceId === undefined
        ? `payload:${createHash('sha256').update(payload).digest('hex')}`
        : sourceKey(sourceId)),
    resourceName,
    sourceIds,
    previousResourceNames: storableTexts(member(member(raw, 'metadata'), 'previousResourceNames')),
    payload,
    error: error.message,
  };
}

/**
 * Keeps persons that were not understood; one that is in quarantine already stays one entry, with what came last. A
 * person that is understood again, under whichever of its names and sources, needs no one's attention.
 *
 * @param refused each key once
 * @param understood of the same page; a person that is both is kept, but for nobody to look at
 */
export function quarantineToWrite(
  run: { readonly id: string; readonly accountId: string },
  refused: readonly QuarantinedPerson[],
  understood: readonly PersonIdentity[],
): Change[] {
  const names = new Set(
    understood.flatMap((person) => [person.resourceName, ...person.previousResourceNames]),
  );
  const sourceIds = new Set(understood.flatMap((person) => person.sourceIds));
  const entries = refused.map((person) => {
    const isUnderstood =
      (person.resourceName !== null && names.has(person.resourceName)) ||
      person.sourceIds.some((id) => sourceIds.has(id));
    return { id: randomUUID(), ...person, state: isUnderstood ? 'superseded' : 'open' };
  });
  const changes: Change[] = [];
  if (entries.length > 0) {
    changes.push({
      sql: `insert into quarantined_persons
          (id, account_id, run_id, person_key, resource_name, source_ids, payload, error, occurred_at, state)
        select id, $1::uuid, $2::uuid, key, "resourceName", "sourceIds", payload::json, error, now(), state
        from json_to_recordset($3::json) as entry (id uuid, key text, "resourceName" text, "sourceIds" text[],
          payload text, error text, state text)
        on conflict (account_id, person_key) where state = 'open' do update set
          run_id = excluded.run_id, payload = excluded.payload, error = excluded.error,
          source_ids = excluded.source_ids, occurred_at = excluded.occurred_at`,
      parameters: [run.accountId, run.id, JSON.stringify(entries)],
    });
  }
  if (understood.length > 0) {
    changes.push({
      sql: `update quarantined_persons set state = 'superseded'
        where account_id = $1 and state = 'open' and (resource_name = any($2::text[]) or source_ids && $3::text[])
          and person_key <> all($4::text[])`,
      parameters: [
        run.accountId,
        [...names],
        [...sourceIds],
        entries.filter(({ state }) => state === 'open').map(({ key }) => key),
      ],
    });
  }
  return changes;
}

/**
 * A person that a complete list no longer has, or that Google says is deleted, is not to be created from what was
 * stored of it before.
 *
 * @param run that is about to end; its pages are still there
 * @param listIsWhole whether whoever the list did not show is gone
 */
export function goneWithTheList(
  run: { readonly id: string; readonly accountId: string; readonly epoch: number },
  listIsWhole: boolean,
): Change {
  return {
    sql: `with pages as (select * from sync_run_pages where run_id = $1 and epoch = $2)
     update quarantined_persons set state = 'superseded'
     where account_id = $3 and state = 'open'
       and person_key not in (select unnest(quarantined) from pages)
       and ($4 or resource_name in (
         select unnest(tombstones) from pages except select unnest(previous_names) from pages))`,
    parameters: [run.id, run.epoch, run.accountId, listIsWhole],
  };
}

function contactSourceIds(raw: unknown): string[] {
  const sources = member(member(raw, 'metadata'), 'sources');
  if (!Array.isArray(sources)) return [];
  return storableTexts(
    sources
      .filter((source) => member(source, 'type') === 'CONTACT')
      .map((source: unknown) => member(source, 'id')),
  );
}

function storableTexts(values: unknown): string[] {
  return Array.isArray(values) ? values.map(storableText).filter((text) => text !== null) : [];
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function storableText(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const text = value.replaceAll('\u0000', '').toWellFormed();
  return text === '' ? null : text;
}
