import { z } from 'zod';
import { burstSchema, churnSchema, oneChangeSchema } from '../churn/churn-schema.js';
import { faultSchema } from '../faults/fault-schema.js';
import { type Account } from '../storage/account-store.js';
import {
  accountOf,
  bodyOf,
  type ControlAnswer,
  type ControlCall,
  ControlError,
  queryOf,
} from './control-call.js';

const expirySchema = z.strictObject({ status: z.union([z.literal(400), z.literal(410)]).default(400) });
const quotaSchema = z.strictObject({
  fullSyncFirstPagesPerMinute: z.int().min(0).optional(),
  requestsPerMinute: z.int().min(0).optional(),
});
const logSchema = z.strictObject({ limit: z.coerce.number().int().min(1).default(10_000) });

/** `POST /control/sync-tokens/expire`: every sync token so far is refused from now on, as 400 or 410. */
export function expireSyncTokens(call: ControlCall): ControlAnswer {
  const { status } = bodyOf(call, expirySchema);
  return mark(call, (account) => {
    account.syncEpoch++;
    account.syncExpiredStatus = status;
  });
}

/** `POST /control/page-tokens/refuse`: every page token so far is refused from now on. */
export function refusePageTokens(call: ControlCall): ControlAnswer {
  return mark(call, (account) => account.pageEpoch++);
}

/** `POST /control/access-tokens/expire` */
export function expireAccessTokens(call: ControlCall): ControlAnswer {
  return mark(call, (account) => account.accessEpoch++);
}

/** `POST /control/refresh-tokens/revoke`: refreshing answers invalid_grant; access tokens live on until they expire. */
export function revokeRefreshTokens(call: ControlCall): ControlAnswer {
  call.parts.grants.revokeAll(accountOf(call).name);
  return { status: 204 };
}

/** `POST /control/refresh-tokens/restore` */
export function restoreRefreshTokens(call: ControlCall): ControlAnswer {
  call.parts.grants.restoreAll(accountOf(call).name);
  return { status: 204 };
}

/** `POST /control/faults` */
export function addFault(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  return { status: 201, body: call.parts.faults.add(account.name, bodyOf(call, faultSchema)) };
}

/** `GET /control/faults`: those that will still strike. */
export function listFaults(call: ControlCall): ControlAnswer {
  return { body: { items: call.parts.faults.list(accountOf(call).name) } };
}

/** `DELETE /control/faults` */
export function clearFaults(call: ControlCall): ControlAnswer {
  call.parts.faults.clear(accountOf(call).name);
  return { status: 204 };
}

/** `POST /control/churn` */
export function startChurn(call: ControlCall): ControlAnswer {
  const { name } = accountOf(call);
  call.parts.churn.start(name, bodyOf(call, churnSchema));
  return getChurn(call);
}

/** `GET /control/churn` */
export function getChurn(call: ControlCall): ControlAnswer {
  return { body: { churn: call.parts.churn.state(accountOf(call).name) } };
}

/** `DELETE /control/churn` */
export function stopChurn(call: ControlCall): ControlAnswer {
  call.parts.churn.stop(accountOf(call).name);
  return { status: 204 };
}

/** `POST /control/persons/change`: edits, creations and deletions of different persons, in one transaction. */
export function changePersons(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  return { body: call.parts.churn.burst(account, bodyOf(call, burstSchema)) };
}

/** `POST /control/persons/change-one`: a change of a person chosen at random. */
export function changePerson(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  const { kind } = bodyOf(call, oneChangeSchema);
  const resourceName = call.parts.churn.one(account, kind);
  if (resourceName === null) throw new ControlError(409, `Account "${account.name}" has nobody to change.`);
  return { body: { resourceName } };
}

/** `POST /control/quota`: replaces the account's limits; `{}` lifts them. */
export function setQuota(call: ControlCall): ControlAnswer {
  const { name } = accountOf(call);
  call.parts.quota.set(name, bodyOf(call, quotaSchema));
  return getQuota(call);
}

/** `GET /control/quota` */
export function getQuota(call: ControlCall): ControlAnswer {
  return { body: call.parts.quota.get(accountOf(call).name) };
}

/** `GET /control/requests`: all of them, or with `?account` those known to be of that account. */
export function listRequests(call: ControlCall): ControlAnswer {
  const { limit } = queryOf(call, logSchema);
  return { body: { items: call.parts.requests.list(call.query.get('account'), limit) } };
}

/** `DELETE /control/requests` */
export function clearRequests({ parts }: ControlCall): ControlAnswer {
  parts.requests.clear();
  return { status: 204 };
}

/** `GET /control/counters`: since the start of the process. */
export function getCounters({ parts }: ControlCall): ControlAnswer {
  const { byPath, byStatus, personsServed, bytesSent } = parts.requests;
  const { struck } = parts.faults;
  const body = {
    byPath,
    byStatus,
    personsServed,
    bytesSent,
    faultsStruck: struck,
    quotaRefused: parts.quota.refused,
  };
  return { body };
}

function mark(call: ControlCall, change: (account: Account) => unknown): ControlAnswer {
  const account = accountOf(call);
  change(account);
  call.parts.accounts.save(account);
  return { status: 204 };
}
