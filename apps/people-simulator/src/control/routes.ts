import { deleteAccount, listAccounts, putAccount } from './account-calls.js';
import { type ControlHandler } from './control-call.js';
import { mergePerson, renamePerson, swapNames } from './identity-calls.js';
import {
  createPersons,
  deletePerson,
  getPerson,
  listPersons,
  patchPerson,
  restorePerson,
} from './person-calls.js';
import { putServiceAccount } from './service-account-calls.js';
import * as trouble from './trouble-calls.js';

/** Every call of the control API; `*` stands for an account's name or a person's id. The first match counts. */
export const ROUTES: readonly (readonly [method: string, path: string, handler: ControlHandler])[] = [
  ['GET', '/control/accounts', listAccounts],
  ['PUT', '/control/accounts/*', putAccount],
  ['DELETE', '/control/accounts/*', deleteAccount],
  ['GET', '/control/persons', listPersons],
  ['POST', '/control/persons', createPersons],
  ['POST', '/control/persons/swap-names', swapNames],
  ['POST', '/control/persons/change', trouble.changePersons],
  ['POST', '/control/persons/change-one', trouble.changePerson],
  ['GET', '/control/persons/*', getPerson],
  ['PATCH', '/control/persons/*', patchPerson],
  ['DELETE', '/control/persons/*', deletePerson],
  ['POST', '/control/persons/*/rename', renamePerson],
  ['POST', '/control/persons/*/merge', mergePerson],
  ['POST', '/control/persons/*/restore', restorePerson],
  ['POST', '/control/service-accounts', putServiceAccount],
  ['POST', '/control/sync-tokens/expire', trouble.expireSyncTokens],
  ['POST', '/control/page-tokens/refuse', trouble.refusePageTokens],
  ['POST', '/control/access-tokens/expire', trouble.expireAccessTokens],
  ['POST', '/control/refresh-tokens/revoke', trouble.revokeRefreshTokens],
  ['POST', '/control/refresh-tokens/restore', trouble.restoreRefreshTokens],
  ['POST', '/control/faults', trouble.addFault],
  ['GET', '/control/faults', trouble.listFaults],
  ['DELETE', '/control/faults', trouble.clearFaults],
  ['POST', '/control/churn', trouble.startChurn],
  ['GET', '/control/churn', trouble.getChurn],
  ['DELETE', '/control/churn', trouble.stopChurn],
  ['POST', '/control/quota', trouble.setQuota],
  ['GET', '/control/quota', trouble.getQuota],
  ['GET', '/control/requests', trouble.listRequests],
  ['DELETE', '/control/requests', trouble.clearRequests],
  ['GET', '/control/counters', trouble.getCounters],
];
