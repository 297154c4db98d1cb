import { GaxiosError } from 'gaxios';

import { CONTACTS_SCOPE } from './contacts-scope.js';
import { googleCodes } from './google-codes.js';
import {
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
import { member } from './json-member.js';
import { type ExceededLimit } from './quota/request-quota.js';

/** The part of Google's error body that decides (google.rpc.Status with ErrorInfo, or OAuth's `error`). */
interface ErrorBody {
  /** Free text, to be looked at and never to be shown. */
  readonly message: string;
  readonly reasons: readonly string[];
  /** Of quotas, such as `1/min/{project}/{user}`. */
  readonly units: readonly string[];
}

const QUOTA_REASONS = new Set([
  'RATE_LIMIT_EXCEEDED',
  'rateLimitExceeded',
  'userRateLimitExceeded',
  'quotaExceeded',
  'RESOURCE_EXHAUSTED',
  'rate_limit_exceeded',
]);

/** Google's words for what is wrong with the service's own set-up, and what mends it. */
const SET_UP: Readonly<Record<string, string>> = {
  invalid_client: 'Google does not know this OAuth client: check GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET',
  deleted_client:
    "The OAuth client was deleted: restore it in Google's console, or set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET to another one",
  disabled_client: "The OAuth client is disabled: enable it in Google's console",
  unauthorized_client:
    'Google knows the sign-in from another OAuth client: set GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET to that one',
  redirect_uri_mismatch:
    "The OAuth client lacks the redirect URI: enter PUBLIC_URL/api/auth/google/callback in Google's console",
  SERVICE_DISABLED: "The Google People API is not enabled: enable it in the OAuth client's project",
  accessNotConfigured: "The Google People API is not enabled: enable it in the OAuth client's project",
  CONSUMER_INVALID: "Google does not know the OAuth client's project: look at it in Google's console",
  CONSUMER_SUSPENDED: "The OAuth client's project is suspended: look at it in Google's console",
  BILLING_DISABLED: "The OAuth client's project lacks billing: look at it in Google's console",
};

/** What a request carried, and where its access token came from. */
export interface Asked {
  readonly syncToken: boolean;
  readonly pageToken: boolean;
  readonly tokenUrl: string;
  /** Whether the access token is one that a service account gets in a person's name. */
  readonly isDelegated?: boolean;
}

/** Whether Google turned down the credentials of a request itself, not the renewing of them. */
export function isUnauthorized(error: unknown, tokenUrl: string): boolean {
  return error instanceof GaxiosError && error.response?.status === 401 && !isOf(tokenUrl, error);
}

function isOf(tokenUrl: string, { config }: GaxiosError): boolean {
  return new URL(config.url).href === new URL(tokenUrl).href;
}

/**
 * Gives a failed request its class: by Google's reason first, its message next, its status last, because an expired
 * sync token is documented as EXPIRED_SYNC_TOKEN, seen as 400 FAILED_PRECONDITION, and known as 410 from older texts.
 * Of what Google says, the error repeats the status and known codes alone.
 *
 * @param asked what the request carried, since only then can its token be what was refused
 */
export function classifyGoogleError(error: unknown, asked: Asked): Error {
  if (error instanceof GoogleError) return error;
  if (!(error instanceof GaxiosError) || error.response === undefined) {
    return new GoogleUnreachable(`Google could not be reached (${reasonOf(error)})`, { cause: error });
  }
  const { status, headers } = error.response;
  const data: unknown = error.response.data;
  const { message, reasons, units } = readBody(data);
  const says = (pattern: RegExp): boolean => pattern.test(message);
  const said = [`HTTP ${status}`, ...googleCodes(reasons)].join(', ');
  const options = { cause: error };

  if (asked.isDelegated === true && isOf(asked.tokenUrl, error)) {
    const refusal = delegationRefusal(reasons, says, said, options);
    if (refusal !== null) return refusal;
  }
  // Whatever else says so: nothing but this ends what a person granted.
  if (reasons.includes('invalid_grant') && isOf(asked.tokenUrl, error)) {
    return new SignInNeeded(
      'Google no longer accepts this sign-in; the account must be connected again',
      options,
    );
  }
  const setUp = reasons.find((reason) => Object.hasOwn(SET_UP, reason));
  if (setUp !== undefined) return new ClientRefused(`${SET_UP[setUp]} (${said})`, options);
  if (
    reasons.includes('EXPIRED_SYNC_TOKEN') ||
    (asked.syncToken &&
      (status === 410 || (status === 400 && says(/sync ?token/i) && says(/expired|invalid/i))))
  ) {
    return new SyncTokenExpired(`Google no longer accepts the sync token (${said})`, options);
  }
  if (asked.pageToken && status === 400 && says(/page ?token/i)) {
    return new PageTokenRefused(`Google no longer accepts the page token (${said})`, options);
  }
  if (status === 429 || (status === 403 && reasons.some((reason) => QUOTA_REASONS.has(reason)))) {
    const words = [...units, ...reasons, message].join(' ');
    const limit = isOf(asked.tokenUrl, error) ? 'other' : exceededLimit(words);
    return new RateLimited(
      `Google limits the rate of requests (${said})`,
      retryAfterMs(headers),
      limit,
      options,
    );
  }
  if (status === 401) {
    return new CredentialsTurnedAway(`Google does not accept good credentials just now (${said})`, options);
  }
  if (status === 403) return new PermissionMissing(`Google does not permit the request (${said})`, options);
  if (status < 400) {
    return new GoogleUnavailable(
      `Google's address leads elsewhere, which is not followed (${said})`,
      options,
    );
  }
  if (status === 408 || status >= 500) {
    return new GoogleUnavailable(`Google is not available (${said})`, options);
  }
  return new RequestRefused(`Google refused the request (${said})`, options);
}

/** What the token endpoint says to a service account. A key that it refuses is no fault of any person. */
function delegationRefusal(
  reasons: readonly string[],
  says: (pattern: RegExp) => boolean,
  said: string,
  options: ErrorOptions,
): GoogleError | null {
  if (reasons.includes('unauthorized_client') || reasons.includes('access_denied')) {
    return new SubjectNotPermitted(
      `The service account may not read the contacts of this person: allow its client id the scope ${CONTACTS_SCOPE} in the Admin console of their organization, under domain-wide delegation (${said})`,
      options,
    );
  }
  if (!reasons.includes('invalid_grant')) return null;
  if (says(/email or user id/i)) {
    return new SubjectUnknown(
      `Google knows nobody of the address that this account was connected by`,
      options,
    );
  }
  return new ClientRefused(
    `Google does not accept the service account: check GOOGLE_SERVICE_ACCOUNT_FILE, and this machine's clock (${said})`,
    options,
  );
}

/**
 * Which limit it was, by all that Google says of it; where that is nothing, the project's.
 * https://cloud.google.com/service-infrastructure/docs/rate-limiting has the units, the older reasons are those of
 * https://developers.google.com/workspace/drive/api/guides/handle-errors
 */
function exceededLimit(said: string): ExceededLimit {
  if (/\/d\/|per day|dailyLimitExceeded|quotaExceeded/.test(said)) return 'other';
  return /\{user\}|per user|userRateLimitExceeded/.test(said) ? 'person' : 'project';
}

/** Retry-After is seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterMs(headers: Headers): number | null {
  const text = headers.get('retry-after');
  if (text === null) return null;
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.now());
}

function readBody(data: unknown): ErrorBody {
  const error = member(parsed(data), 'error');
  if (typeof error === 'string')
    return { message: text(member(parsed(data), 'error_description')), reasons: [error], units: [] };
  const details = member(error, 'details');
  const errors = member(error, 'errors');
  const reasons = [...items(details), ...items(errors)]
    .map((detail) => member(detail, 'reason'))
    .concat(member(error, 'status'))
    .filter((reason) => typeof reason === 'string');
  const units = items(details).map((detail) => text(member(member(detail, 'metadata'), 'quota_unit')));
  return { message: text(member(error, 'message')), reasons, units };
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

const LONGEST_MESSAGE = 200;

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, LONGEST_MESSAGE) : '';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
