import { createHash, randomUUID } from 'node:crypto';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type PersonNotUnderstood } from '#contact';
import { boundSql } from '#platform';

/** A person that could not be understood, with the payload as it came. */
export interface QuarantinedPerson {
  /** What it is known by: its resource name, else a source id, else a hash of its payload. */
  readonly key: string;
  readonly resourceName: string | null;
  readonly payload: string;
  readonly error: string;
}

/** @param raw any JSON value */
export function quarantined(raw: unknown, error: PersonNotUnderstood): QuarantinedPerson {
  const payload = JSON.stringify(raw);
  const resourceName = nameOf(raw);
  return {
    key: resourceName ?? `payload:${createHash('sha256').update(payload).digest('hex')}`,
    resourceName,
    payload,
    error: error.message,
  };
}

/** Keeps the persons; one that is in quarantine already stays one entry, with what came last. */
export async function writeQuarantine(
  em: SqlEntityManager,
  accountId: string,
  runId: string,
  persons: readonly QuarantinedPerson[],
): Promise<void> {
  for (const person of persons) {
    await boundSql(
      em,
      `insert into quarantined_persons
         (id, account_id, run_id, person_key, resource_name, payload, error, occurred_at, state)
       values ($1, $2, $3, $4, $5, $6::json, $7, now(), 'open')
       on conflict (account_id, person_key) where state = 'open' do update set
         run_id = excluded.run_id, payload = excluded.payload, error = excluded.error,
         occurred_at = excluded.occurred_at`,
      [randomUUID(), accountId, runId, person.key, person.resourceName, person.payload, person.error],
    );
  }
}

/** A person that is understood again needs no one's attention. */
export async function closeQuarantine(
  em: SqlEntityManager,
  accountId: string,
  resourceNames: readonly string[],
): Promise<void> {
  await boundSql(
    em,
    `update quarantined_persons set state = 'superseded'
     where account_id = $1 and state = 'open' and person_key = any($2::text[])`,
    [accountId, resourceNames],
  );
}

function nameOf(raw: unknown): string | null {
  if (typeof raw !== 'object' || raw === null || !Object.hasOwn(raw, 'resourceName')) return null;
  const name = (raw as { resourceName: unknown }).resourceName;
  if (typeof name !== 'string') return null;
  const storable = name.replaceAll('\u0000', '').toWellFormed();
  return storable === '' ? null : storable;
}
