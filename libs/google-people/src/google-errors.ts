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
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Google, or the way to it, is down, slow or talks nonsense: trying again later may help. */
export class GoogleUnavailable extends GoogleError {}

/** Google refuses the request itself: trying again does not help. */
export class RequestRefused extends GoogleError {}

/** The account's sign-in is no longer valid (revoked, expired, password changed): its person must sign in again. */
export class SignInNeeded extends GoogleError {}

/** A missing scope or a switched-off API: a person must mend it in Google's console or by signing in again. */
export class PermissionMissing extends GoogleError {}
