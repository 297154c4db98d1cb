import { type ExceededLimit } from './quota/request-quota.js';

/** Everything that can go wrong between us and Google, told apart by what it asks for. */
export abstract class GoogleError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The sync token is too old, or not one for this request: only a full sync helps. */
export class SyncTokenExpired extends GoogleError {}

/** The page token is not accepted any more: the list must begin again. */
export class PageTokenRefused extends GoogleError {}

/** Too many requests. */
export class RateLimited extends GoogleError {
  /** @param retryAfterMs how long Google asked us to wait; null where it did not say */
  constructor(
    message: string,
    readonly retryAfterMs: number | null,
    readonly limit: ExceededLimit = 'project',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Google is down, slow or talks nonsense: trying again later may help. */
export class GoogleUnavailable extends GoogleError {}

/** The way to Google is broken: it could not be reached, or the connection ended before the answer. */
export class GoogleUnreachable extends GoogleUnavailable {}

/** Google turns credentials away that are good, as it does now and then. Says nothing about the person's sign-in. */
export class CredentialsTurnedAway extends GoogleUnavailable {}

/** Google refuses the request itself: trying again does not help. */
export class RequestRefused extends GoogleError {}

/** The account's sign-in is no longer valid (revoked, expired, password changed): its person must sign in again. */
export class SignInNeeded extends GoogleError {}

/** Google knows nobody, or nobody any more, of the address that the service account is to act for. */
export class SubjectUnknown extends GoogleError {}

/** A missing scope: a person must mend it by signing in again, or in Google's console. */
export class PermissionMissing extends GoogleError {}

/** Google refuses the service itself, its OAuth client or the API in its project: no person's sign-in is at fault. */
export class ClientRefused extends GoogleError {}

/** The organization does not let the service account act for that person. */
export class SubjectNotPermitted extends GoogleError {}
