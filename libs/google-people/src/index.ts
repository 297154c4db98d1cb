export {
  GoogleError,
  GoogleUnavailable,
  PageTokenRefused,
  PermissionMissing,
  RateLimited,
  RequestRefused,
  SignInNeeded,
  SyncTokenExpired,
} from './google-errors.js';
export {
  type GoogleClientSettings,
  GooglePeopleSources,
  GOOGLE_REQUESTS,
  type GoogleRequestMessage,
} from './google-people-sources.js';
export {
  type PeoplePage,
  type PeoplePageRequest,
  type PeopleSource,
  type PeopleSources,
} from './people-source.js';
export { DEFAULT_RETRY_LIMITS, type RetryLimits } from './retry-policy.js';
export { GoogleSignIn, type SignedIn, SignInRefused } from './google-sign-in.js';
