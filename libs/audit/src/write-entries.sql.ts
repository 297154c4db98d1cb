import { type Change } from '#platform';

import { type AuditDraft, type AuditSubject, type Settlement } from './audit-draft.js';

/** The table has a limit, too; one that it met would keep a caller from all that is audited. */
const LONGEST_NAME = 200;

/** An entry as it is before its outcome is known. */
export interface BegunEntry extends AuditDraft {
  readonly id: string;
}

const INSERT = `insert into audit_entries
    (id, occurred_at, actor_kind, actor_name, action, account_id, object, reason, request_id, count, outcome, code, settled_at)
  values ($1, clock_timestamp(), $2, $3, $4, $5, $6, $7, $8, $9, $10::text, $11,
    case when $10::text is not null then clock_timestamp() end)`;

/** @param count how often it was so */
export function entryToWrite(entry: BegunEntry, settlement: Settlement | null = null, count = 1): Change {
  return { sql: INSERT, parameters: parametersOf(entry, settlement, count) };
}

/**
 * Fills in the outcome of an entry, once, and what was not known when it was begun; what is known already stays. One that
 * the statement it was to come with did not write is written with its outcome. By the primary key.
 */
export function entryToSettle(
  { accountId, object, ...entry }: BegunEntry,
  settlement: Settlement,
  subject: AuditSubject,
): Change {
  return {
    sql: `${INSERT}
      on conflict (id) do update set outcome = excluded.outcome, code = excluded.code, settled_at = excluded.settled_at,
        account_id = coalesce(audit_entries.account_id, excluded.account_id),
        object = coalesce(audit_entries.object, excluded.object)
      where audit_entries.outcome is null`,
    parameters: parametersOf(
      { ...entry, accountId: accountId ?? subject.accountId, object: object ?? subject.object },
      settlement,
      1,
    ),
  };
}

function parametersOf(
  { id, actor, action, accountId, object, reason, requestId }: BegunEntry,
  settlement: Settlement | null,
  count: number,
): readonly unknown[] {
  return [
    id,
    actor.kind,
    actor.name?.slice(0, LONGEST_NAME) ?? null,
    action,
    accountId ?? null,
    object ?? null,
    reason ?? null,
    requestId ?? null,
    count,
    settlement?.outcome ?? null,
    settlement?.code ?? null,
  ];
}
