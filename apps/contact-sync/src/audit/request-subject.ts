import { type AuditSubject } from '#audit';
import { isUuid } from '#platform';
import { type Request } from 'express';

import { AUDIT_ACTIONS, type AuditAction } from './audit-actions.js';
import { type AuditedRoute } from './audited.js';

export function actionOf({ action, flags }: AuditedRoute, { query }: Request): AuditAction {
  const flag = Object.keys(flags).find((name) => query[name] === 'true');
  return (flag === undefined ? undefined : flags[flag]) ?? action;
}

/** What address and body tell of it: ids of ours and nothing else, because they come from outside. */
export function idsIn({ params, query, body }: Request, action: AuditAction): AuditSubject {
  const id = uuidIn(params, 'id');
  const account = uuidIn(body, 'accountId') ?? uuidIn(query, 'accountId');
  return AUDIT_ACTIONS[action] === 'account'
    ? { accountId: id ?? account }
    : { accountId: account, object: id };
}

/** Whose it is, where an answer tells. */
export function accountIn(answer: unknown): AuditSubject {
  const accountId = uuidIn(answer, 'accountId');
  return accountId === null ? {} : { accountId };
}

function uuidIn(holder: unknown, name: string): string | null {
  if (typeof holder !== 'object' || holder === null) return null;
  const value = (holder as Record<string, unknown>)[name];
  return typeof value === 'string' && isUuid(value) ? value : null;
}
