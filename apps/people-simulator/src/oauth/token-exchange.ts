import { type Account, type AccountStore } from '../storage/account-store.js';
import { type GrantStore } from '../storage/grant-store.js';
import { type TokenSeal } from '../storage/token-seal.js';
import { type AccessTokens } from './access-tokens.js';
import { type Clients } from './clients.js';
import { type CodeStore } from './code-store.js';
import { type ServiceAccounts } from './service-accounts.js';

export interface TokenEndpointParts {
  readonly accounts: AccountStore;
  readonly grants: GrantStore;
  readonly codes: CodeStore;
  readonly clients: Clients;
  readonly accessTokens: AccessTokens;
  readonly seal: TokenSeal;
  readonly serviceAccounts: ServiceAccounts;
}

export interface TokenRequest {
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
  /** Which this endpoint was called by. */
  readonly host: string | undefined;
}

/** A token request that was understood and checked; nothing is issued yet. */
export interface TokenExchange {
  readonly account: Account;
  /** The body of the 200 answer, as JSON. @param rotates a refresh token is replaced by another one */
  issue(now: number, rotates: boolean): string;
}
