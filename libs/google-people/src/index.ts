import { GoogleQuota } from './migrations/google-quota.js';

export { askAboutClient } from './ask-about-client.js';
export { googleCodes } from './google-codes.js';
export { endsSignIn, GOOGLE_ERROR_CLASSES, googleFailure, isFinal } from './google-error-classes.js';
export {
  ClientRefused,
  CredentialsTurnedAway,
  GoogleError,
  GoogleUnavailable,
  GoogleUnreachable,
  PageTokenRefused,
  PermissionMissing,
  RateLimited,
  RequestRefused,
  SignInNeeded,
  SubjectNotPermitted,
  SubjectUnknown,
  SyncTokenExpired,
} from './google-errors.js';
export {
  GooglePeopleSources,
  GOOGLE_REQUESTS,
  GOOGLE_RETRIES,
  type GoogleRequestMessage,
  type GoogleRetryMessage,
} from './google-people-sources.js';
export { type Grant } from './grant.js';
export { type GooglePerson, type GooglePersons } from './google-persons.js';
export { connections } from './lists/connections.js';
export { type GoogleList, requestFingerprint } from './lists/google-list.js';
export { type GoogleClientSettings } from './oauth-client.js';
export {
  MOST_NAMES,
  type NameAnswer,
  type PeoplePage,
  type PeoplePageRequest,
  type PeopleSource,
  type PeopleSources,
} from './people-source.js';
export { ProjectQuota } from './quota/project-quota.js';
export { type QuotaStanding } from './quota/read-quota.sql.js';
export { NO_QUOTA } from './quota/request-quota.js';
export { QUOTA_WAITS, type QuotaWaitMessage, SharedQuota } from './quota/shared-quota.js';
export { type RequestRetry, type RequestWatch } from './request-watch.js';
export { type RetryLimits } from './retry-policy.js';
export { ContactsNotGranted, GoogleSignIn, type SignedIn } from './google-sign-in.js';

export const googleMigrations = [{ name: '0049-google-quota', class: GoogleQuota }];
