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

/** What one class of Google's answers means. The texts are those of docs/troubleshooting.md. */
export interface GoogleErrorClass {
  readonly type: abstract new (...parts: never[]) => GoogleError;
  /** What Google answers. */
  readonly answer: string;
  readonly fault: 'person' | 'set-up' | 'Google' | 'network';
  /** Passing goes by itself; final stays until somebody acts. */
  readonly lasts: 'passing' | 'final';
  /**
   * `retry`: the request again, with longer and longer waits; `full sync`, `first page`: the run goes on with that;
   * `fail`: the run fails, and the schedule tries again; `end sign-in`: nothing is asked until somebody signs in.
   */
  readonly reaction: 'retry' | 'full sync' | 'first page' | 'fail' | 'end sign-in';
  readonly who: 'nobody' | 'the person' | 'the operator';
  /** What is to be done, as a failed run says it. */
  readonly remedy: string;
  /** Of a run that fails with it. */
  readonly code: 'google-unavailable' | 'google-rate-limited' | 'google-client-refused' | 'not-authenticated';
}

const NEXT_SYNC = { who: 'nobody', remedy: 'The next sync tries again.' } as const;
const CONSOLE =
  "Trying again does not help by itself: look at the OAuth client and the People API in Google's console.";

/** Every class, what is more special first. Only what the token endpoint says of the person ends a sign-in. */
export const GOOGLE_ERROR_CLASSES: readonly GoogleErrorClass[] = [
  {
    type: GoogleUnreachable,
    answer: 'none: no connection, a broken one, or no end of the answer within a minute',
    fault: 'network',
    lasts: 'passing',
    reaction: 'retry',
    ...NEXT_SYNC,
    code: 'google-unavailable',
  },
  {
    type: CredentialsTurnedAway,
    answer: '401; the access token is renewed once before it counts',
    fault: 'Google',
    lasts: 'passing',
    reaction: 'retry',
    ...NEXT_SYNC,
    code: 'google-unavailable',
  },
  {
    type: GoogleUnavailable,
    answer: '408, 5xx, a redirect, or what is not the answer to the question',
    fault: 'Google',
    lasts: 'passing',
    reaction: 'retry',
    ...NEXT_SYNC,
    code: 'google-unavailable',
  },
  {
    type: RateLimited,
    answer: '429, or 403 with the reason of a quota',
    fault: 'Google',
    lasts: 'passing',
    reaction: 'retry',
    ...NEXT_SYNC,
    code: 'google-rate-limited',
  },
  {
    type: SyncTokenExpired,
    answer: '`EXPIRED_SYNC_TOKEN`, 410, or 400 with words to that effect',
    fault: 'Google',
    lasts: 'passing',
    reaction: 'full sync',
    ...NEXT_SYNC,
    code: 'google-unavailable',
  },
  {
    type: PageTokenRefused,
    answer: '400 with words about the page token',
    fault: 'Google',
    lasts: 'passing',
    reaction: 'first page',
    ...NEXT_SYNC,
    code: 'google-unavailable',
  },
  {
    type: SubjectUnknown,
    answer: '`invalid_grant`, `Invalid email or User ID`, of the token endpoint to a service account',
    fault: 'person',
    lasts: 'final',
    reaction: 'end sign-in',
    who: 'the operator',
    remedy: 'Connect the account again by POST /api/accounts, or have its person sign in.',
    code: 'not-authenticated',
  },
  {
    type: SignInNeeded,
    answer: '`invalid_grant` of the token endpoint',
    fault: 'person',
    lasts: 'final',
    reaction: 'end sign-in',
    who: 'the person',
    remedy: 'Open /api/auth/google in a browser.',
    code: 'not-authenticated',
  },
  {
    type: PermissionMissing,
    answer: '403, such as `ACCESS_TOKEN_SCOPE_INSUFFICIENT`',
    fault: 'person',
    lasts: 'final',
    reaction: 'fail',
    who: 'the person',
    remedy: CONSOLE,
    code: 'google-unavailable',
  },
  {
    type: SubjectNotPermitted,
    answer: '`unauthorized_client` or `access_denied` of the token endpoint to a service account',
    fault: 'set-up',
    lasts: 'final',
    reaction: 'fail',
    who: 'the operator',
    remedy: 'Nobody has to sign in; once it is allowed, the account goes on by itself.',
    code: 'google-client-refused',
  },
  {
    type: ClientRefused,
    answer:
      '`invalid_client`, `deleted_client`, `disabled_client`, `unauthorized_client` of the token endpoint; `SERVICE_DISABLED` and the like of the People API',
    fault: 'set-up',
    lasts: 'final',
    reaction: 'fail',
    who: 'the operator',
    remedy: 'No account has to sign in; once this is mended, all go on by themselves.',
    code: 'google-client-refused',
  },
  {
    type: RequestRefused,
    answer: 'any other 4xx',
    fault: 'set-up',
    lasts: 'final',
    reaction: 'fail',
    who: 'the operator',
    remedy: CONSOLE,
    code: 'google-unavailable',
  },
];

export function classOf(error: GoogleError): GoogleErrorClass {
  const found = GOOGLE_ERROR_CLASSES.find(({ type }) => error instanceof type);
  if (found === undefined) throw new Error(`${error.name} is missing in the table of Google's errors`);
  return found;
}

/** Whether the sign-in is over that Google was asked with. */
export function endsSignIn(error: unknown): boolean {
  return error instanceof GoogleError && classOf(error).reaction === 'end sign-in';
}

/** Whether trying again cannot help, until somebody acts. */
export function isFinal(error: unknown): boolean {
  return error instanceof GoogleError && classOf(error).lasts === 'final';
}

/** What to tell whoever asked for what failed: a code for programs, and a sentence on what happened and what to do. */
export function googleFailure(error: GoogleError): {
  readonly code: GoogleErrorClass['code'];
  readonly detail: string;
  readonly retryAfterSeconds?: number;
} {
  const { code, remedy } = classOf(error);
  const retryAfterMs = error instanceof RateLimited ? error.retryAfterMs : null;
  return {
    code,
    detail: `${error.message}. ${remedy}`,
    ...(retryAfterMs === null ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1_000) }),
  };
}
