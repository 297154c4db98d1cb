import { type DatabaseSync } from 'node:sqlite';
import { type Churn } from './churn/churn.js';
import { type FaultBook } from './faults/fault-book.js';
import { type RequestLog } from './http/request-log.js';
import { type AccessTokens } from './oauth/access-tokens.js';
import { type Clients } from './oauth/clients.js';
import { type CodeStore } from './oauth/code-store.js';
import { type ServiceAccounts } from './oauth/service-accounts.js';
import { type ListTokens } from './people-api/list-tokens.js';
import { type Quota } from './people-api/quota.js';
import { type AccountStore } from './storage/account-store.js';
import { type GrantStore } from './storage/grant-store.js';
import { type PersonStore } from './storage/person-store.js';
import { type TokenSeal } from './storage/token-seal.js';

/** Everything that a request may need; made once at start. */
export interface SimulatorParts {
  readonly database: DatabaseSync;
  readonly accounts: AccountStore;
  readonly persons: PersonStore;
  readonly grants: GrantStore;
  readonly codes: CodeStore;
  readonly seal: TokenSeal;
  readonly clients: Clients;
  readonly serviceAccounts: ServiceAccounts;
  readonly accessTokens: AccessTokens;
  readonly listTokens: ListTokens;
  readonly quota: Quota;
  readonly faults: FaultBook;
  readonly requests: RequestLog;
  readonly churn: Churn;
}
