/** What an error's code means to a caller of the REST API. The status of a code stands here and nowhere else. */
export interface ProblemKind {
  readonly status: number;
  /** For people, the same at each occurrence. */
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
  readonly headers?: (facts: ProblemFacts) => Readonly<Record<string, string>>;
}

export type ProblemFacts = Readonly<Record<string, string | number>>;

/** Said where Google did not say how long to wait: the window of most of its quotas. */
const QUOTA_WINDOW_SECONDS = 60;

const DATABASE_RETRY_SECONDS = 5;

/** Every code that the service answers with, in the order of docs/errors.md, which is made from it. */
export const PROBLEMS = {
  'invalid-api-token': {
    status: 401,
    title: 'API token missing or wrong',
    meaning:
      'The call needs an API token or a session, and has none, or one that is not known, is over or was revoked.',
    remedy: 'Send a token as `Authorization: Bearer …`, or sign in anew.',
    headers: () => ({ 'WWW-Authenticate': 'Bearer realm="contactstream"' }),
  },
  'rate-limited': {
    status: 429,
    title: 'Too many calls',
    meaning:
      'The API token, or the address of a caller without one, made more calls than RATE_LIMIT lets pass, or an address sent more than 20 wrong tokens within a minute.',
    remedy: 'Wait as long as `Retry-After` says; if the calls are meant, raise RATE_LIMIT.',
    headers: ({ retryAfterSeconds = 1 }) => ({ 'Retry-After': String(retryAfterSeconds) }),
  },
  'too-many-streams': {
    status: 429,
    title: 'Too many streams',
    meaning:
      'A caller has 1,000 streams of events open in one process, or the process has 4,000, and wants one more.',
    remedy: 'Close streams that nobody reads, or share one; else come back after `Retry-After`.',
    headers: ({ retryAfterSeconds = 15 }) => ({ 'Retry-After': String(retryAfterSeconds) }),
  },
  'too-many-exports': {
    status: 429,
    title: 'Too many exports',
    meaning:
      'A caller has two exports going on in one process, or the process has eight, and wants one more.',
    remedy: 'Wait until one has ended; else come back after `Retry-After`.',
    headers: ({ retryAfterSeconds = 15 }) => ({ 'Retry-After': String(retryAfterSeconds) }),
  },
  'too-many-searches': {
    status: 429,
    title: 'Too many searches in all accounts',
    meaning:
      'Searches in all accounts that are not answered from the beginning of the list go one after the other in a process, and a hundred wait already.',
    remedy: 'Search in one account, with `accountId`; else come back after `Retry-After`.',
    headers: ({ retryAfterSeconds = 1 }) => ({ 'Retry-After': String(retryAfterSeconds) }),
  },
  'scope-missing': {
    status: 403,
    title: 'Scope missing',
    meaning: 'The token or the person is known, but lacks the scope that this call needs.',
    remedy: 'Use a token with the scope that `detail` names.',
  },
  'csrf-token-missing': {
    status: 403,
    title: 'CSRF token missing',
    meaning:
      'A call by the cookie of a session wants to change something, and lacks `X-CSRF-Token`, or has a wrong one.',
    remedy: 'Send the `csrfToken` of `GET /api/session` along.',
  },
  'person-without-scope': {
    status: 403,
    title: 'Person without a scope',
    meaning: 'The person has signed in, but none of their groups may do anything here.',
    remedy: 'Name one of the groups in OIDC_SCOPES, or put the person into one that is named there.',
  },
  'oidc-not-configured': {
    status: 404,
    title: 'OpenID Connect not configured',
    meaning: 'Nobody signs in here by OpenID Connect, because OIDC_ISSUER is not set.',
    remedy: 'Set OIDC_ISSUER and what belongs to it, or use an API token.',
  },
  'oidc-unavailable': {
    status: 502,
    title: 'OpenID provider unavailable',
    meaning: 'The provider of OIDC_ISSUER does not answer, or not as an OpenID provider does.',
    remedy: 'Try again; if it lasts, look at OIDC_ISSUER.',
  },
  'oidc-sign-in-unknown': {
    status: 400,
    title: 'OpenID sign-in unknown',
    meaning:
      'The browser that came back did not begin the sign-in, began it more than 10 minutes ago, or kept no cookie.',
    remedy: 'Start again at `/api/session/oidc` under the host of PUBLIC_URL.',
  },
  'oidc-refused': {
    status: 400,
    title: 'OpenID sign-in refused',
    meaning: 'The OpenID provider did not sign the person in, or its answer cannot be trusted.',
    remedy: 'Start again at `/api/session/oidc`; the page says what the provider gave as a reason.',
  },
  'token-not-found': {
    status: 404,
    title: 'Token not found',
    meaning:
      'No token of this id was issued, or it is revoked, or of an account that the caller may not see.',
    remedy: 'Look its id up in `GET /api/tokens`.',
  },
  'token-name-taken': {
    status: 409,
    title: 'Token name taken',
    meaning: 'A token that was issued, or one of API_TOKENS, has the name; nothing was issued.',
    remedy: 'Choose another name, or revoke that token first.',
  },
  'host-not-allowed': {
    status: 403,
    title: 'Host not allowed',
    meaning:
      'Without API tokens the service answers only to its own names, so that no foreign web page reads it.',
    remedy: 'Set PUBLIC_URL to the name by which it is called, or set API_TOKENS.',
  },
  'cross-site-request': {
    status: 403,
    title: 'Cross-site request',
    meaning:
      'A page of another origin (site, host or port) called a service that asks for no API token, or pressed a button of one of its pages.',
    remedy: 'Set API_TOKENS and send one of them.',
  },
  'role-missing': {
    status: 404,
    title: 'Role missing',
    meaning: 'This process does not have the role `api`; it tells its health and metrics only.',
    remedy: 'Ask a process that has `api` in ROLES.',
  },
  'route-not-found': {
    status: 404,
    title: 'Route not found',
    meaning: 'There is no such path, or it has no such method.',
    remedy: 'Look the call up in `GET /api/openapi.json`.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    meaning:
      'The call concerns all accounts, and the token is bound to one; or it is about simulated persons, and Google is not simulated.',
    remedy: 'Use a token that is bound to no account; of the other, `detail` says more.',
  },
  'invalid-request': {
    status: 400,
    title: 'Invalid request',
    meaning: 'A parameter or the body is not as the OpenAPI document says, or the body did not arrive whole.',
    remedy: 'Mend what `detail` names.',
  },
  'malformed-json': {
    status: 400,
    title: 'Malformed JSON',
    meaning: 'The body is not valid JSON.',
    remedy: 'Send a JSON object in UTF-8.',
  },
  'malformed-request': {
    status: 400,
    title: 'Malformed request',
    meaning: 'What came is no HTTP request, or names no host.',
    remedy: 'Mend the client, or what stands between it and the service.',
  },
  'request-too-slow': {
    status: 408,
    title: 'Request too slow',
    meaning: 'The request did not arrive whole in the time that it may take.',
    remedy: 'Try again.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Headers too large',
    meaning: 'The address and the headers together are larger than 16 kB.',
    remedy: 'Send fewer or shorter ones.',
  },
  'body-too-large': {
    status: 413,
    title: 'Body too large',
    meaning: 'The body is larger than 100 kB.',
    remedy: 'Send a smaller one.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    meaning:
      'The body is not `application/json`, or its charset or compression is not supported; nothing was done.',
    remedy: 'Send JSON in UTF-8, with `Content-Type: application/json`.',
  },
  'invalid-cursor': {
    status: 400,
    title: 'Invalid cursor',
    meaning: 'The cursor is not one that this list gave.',
    remedy: 'Begin the list again without it.',
  },
  'not-authenticated': {
    status: 401,
    title: 'Sign-in to Google needed',
    meaning: 'No account is connected, or the account must sign in to Google again.',
    remedy: 'Open `/api/auth/google` in a browser.',
  },
  'sign-in-unknown': {
    status: 400,
    title: 'Sign-in unknown',
    meaning: 'The sign-in is not known here, has been used already, or took longer than 10 minutes.',
    remedy: 'Start again at `/api/auth/google`.',
  },
  'sign-in-other-browser': {
    status: 403,
    title: 'Sign-in of another browser',
    meaning:
      'The browser that came back from Google is not the one that began the sign-in, or did not keep its cookie. Nothing was changed.',
    remedy:
      'Start again at `/api/auth/google` under the host of PUBLIC_URL, and stay in one browser that takes cookies.',
  },
  'sign-in-denied': {
    status: 403,
    title: 'Sign-in denied',
    meaning: 'The person did not agree at Google.',
    remedy: 'Start again at `/api/auth/google`, and agree.',
  },
  'sign-in-refused': {
    status: 400,
    title: 'Sign-in refused',
    meaning: 'Google ended the sign-in without what is needed, such as the access to contacts.',
    remedy: 'Start again at `/api/auth/google`; the page says what was missing.',
  },
  'sign-in-without-contacts': {
    status: 400,
    title: 'Contacts not granted',
    meaning: 'The person signed in, and left the box for the contacts unticked at Google.',
    remedy: 'Start again, and leave the box ticked.',
  },
  'sign-in-other-person': {
    status: 403,
    title: 'Sign-in of another person',
    meaning:
      'The sign-in was to be of one account, by its id or by the reference of a link, and another Google person signed in; nothing was changed.',
    remedy:
      'Start again at `/api/auth/google?accountId=…` and choose that person, or without `accountId` for an account of its own.',
  },
  'link-unknown': {
    status: 404,
    title: 'Link unknown',
    meaning: 'There is no such link for connecting an account, or it ended a day ago.',
    remedy: 'Make a new one: `POST /api/auth/google/links`.',
  },
  'link-over': {
    status: 410,
    title: 'Link over',
    meaning: 'The link for connecting an account has been used, or is older than 24 hours.',
    remedy: 'Make a new one: `POST /api/auth/google/links`.',
  },
  'return-url-not-allowed': {
    status: 400,
    title: 'Return URL not allowed',
    meaning:
      'The `returnUrl` of a link is no URL of an origin in RETURN_URLS, or holds a user or a backslash.',
    remedy: 'Add its origin to RETURN_URLS, or send another URL.',
  },
  'delegation-not-configured': {
    status: 409,
    title: 'Delegation not configured',
    meaning: 'The service has no service account by which it could connect the accounts of persons.',
    remedy: 'Set GOOGLE_SERVICE_ACCOUNT_FILE, or have the persons sign in.',
  },
  'reference-taken': {
    status: 409,
    title: 'Reference taken',
    meaning: 'Another account has the reference; nothing was changed.',
    remedy: 'Find it with `GET /api/accounts?reference=…`, and take the reference away there first.',
  },
  'sign-in-done': {
    status: 409,
    title: 'Sign-in done',
    meaning: 'The page was opened before, and the account is connected.',
    remedy: 'Nothing needs to be done.',
  },
  'account-duplicate': {
    status: 409,
    title: 'Account duplicate',
    meaning: 'Two accounts were found to be the same Google person; one of them is disconnected.',
    remedy: 'Sync the account that `detail` names.',
  },
  'account-required': {
    status: 400,
    title: 'Account required',
    meaning: 'Several accounts are connected, and the call names none.',
    remedy: 'Name one as `accountId`; `GET /api/accounts` lists them.',
  },
  'account-not-found': {
    status: 404,
    title: 'Account not found',
    meaning: 'There is no such account, or the API token is bound to another one.',
    remedy: 'Look its id up in `GET /api/accounts`.',
  },
  'account-erasing': {
    status: 409,
    title: 'Account being erased',
    meaning: 'Somebody asked for the account to be erased, and that is going on.',
    remedy: 'Nothing can be done with it any more; once it is erased, its person may sign in anew.',
  },
  'kafka-unavailable': {
    status: 503,
    title: 'Kafka unavailable',
    meaning: 'What was asked for is on Kafka, and Kafka does not answer.',
    remedy: 'Try again in a moment.',
  },
  'erasure-not-found': {
    status: 404,
    title: 'Erasure not found',
    meaning: 'No account of this id was erased here.',
    remedy: 'Look the id up in the erasure ledger.',
  },
  'sync-in-progress': {
    status: 409,
    title: 'Sync in progress',
    meaning: 'A run of this account, or other work on its contacts, is going on; `runId` names the run.',
    remedy: 'Follow the run where `Location` says, and try again when it is over.',
    headers: ({ runId }): Record<string, string> =>
      runId === undefined ? {} : { Location: `/api/sync/runs/${runId}` },
  },
  'sync-cancelled': {
    status: 409,
    title: 'Sync cancelled',
    meaning: 'Somebody cancelled the run; what its pages stored stays.',
    remedy: 'Start another sync.',
  },
  'run-not-found': {
    status: 404,
    title: 'Run not found',
    meaning: 'There is no such run, or it is of an account that the API token may not see.',
    remedy: 'Look its id up in `GET /api/sync/runs`.',
  },
  'run-over': {
    status: 409,
    title: 'Run over',
    meaning: 'The run is over, so that there is nothing to cancel.',
    remedy: 'Nothing needs to be done.',
  },
  'nothing-held': {
    status: 409,
    title: 'Nothing held',
    meaning: 'The run holds no deletions, or no longer does.',
    remedy: 'Look at the state of the run.',
  },
  'google-unavailable': {
    status: 502,
    title: 'Google unavailable',
    meaning: 'Google refused the requests of the run, or stayed down after the retries.',
    remedy: "Wait for the next sync, or look at the OAuth client and the People API in Google's console.",
  },
  'google-client-refused': {
    status: 502,
    title: 'Google refuses the service',
    meaning:
      "Google refuses the service's own OAuth client, or the People API is not enabled for it. No account changes its state.",
    remedy:
      'Mend what `detail` names; no account has to sign in, and all go on by themselves once it is mended.',
  },
  'google-list-incomplete': {
    status: 502,
    title: "Google's list incomplete",
    meaning: "Google's list ended without a sync token: what came is kept, and nothing is deleted.",
    remedy: 'Try again later.',
  },
  'google-rate-limited': {
    status: 503,
    title: 'Google rate limit',
    meaning: "Google's quota is used up.",
    remedy: 'Wait as long as `Retry-After` says; the next sync tries again.',
    headers: ({ retryAfterSeconds = QUOTA_WINDOW_SECONDS }) => ({ 'Retry-After': String(retryAfterSeconds) }),
  },
  'contact-not-found': {
    status: 404,
    title: 'Contact not found',
    meaning:
      'There is, or was at that time, no such contact, or it is of an account that the API token may not see.',
    remedy: 'Look its id up in `GET /api/contacts`.',
  },
  'details-removed': {
    status: 410,
    title: 'Details removed',
    meaning:
      'The contact was deleted long ago, and what it was before can no longer be read: its time was over.',
    remedy: 'Nothing brings them back. `RETENTION_DELETED_CONTACTS` says how long they are kept.',
  },
  'no-match': {
    status: 404,
    title: 'No match',
    meaning: 'No live contact that the API token may see has the phone number.',
    remedy:
      'Nothing needs to be done; a number without a country code is understood by the region of the account.',
  },
  'read-model-behind': {
    status: 503,
    title: 'Read model behind',
    meaning:
      'The read model did not reach `minPosition` within 5 s; or it is from an older version and is being made anew.',
    remedy: 'Try again in a moment; `GET /api/projections` shows how far it is.',
    headers: () => ({ 'Retry-After': '1' }),
  },
  'quarantine-entry-not-found': {
    status: 404,
    title: 'Quarantine entry not found',
    meaning: 'There is no such entry, or it is of an account that the API token may not see.',
    remedy: 'Look its id up in `GET /api/quarantine`.',
  },
  'still-not-understood': {
    status: 422,
    title: 'Person still not understood',
    meaning: 'The quarantined person cannot be read by the rules of today either; the entry stays open.',
    remedy: 'Correct the contact in Google, or discard the entry.',
  },
  superseded: {
    status: 409,
    title: 'Superseded',
    meaning: 'The quarantined person was seen, changed or deleted since; what is stored is older.',
    remedy: 'Nothing needs to be done.',
  },
  replayed: {
    status: 409,
    title: 'Replayed already',
    meaning: 'The quarantine entry or dead letter was replayed before.',
    remedy: 'Nothing needs to be done.',
  },
  discarded: {
    status: 409,
    title: 'Discarded already',
    meaning: 'The quarantine entry or dead letter was discarded before.',
    remedy: 'Nothing needs to be done.',
  },
  'dead-letter-not-found': {
    status: 404,
    title: 'Dead letter not found',
    meaning: 'There is no such dead letter, or the API token is bound to one account.',
    remedy: 'Look its id up in `GET /api/dead-letters`.',
  },
  'still-not-applicable': {
    status: 409,
    title: 'Record still not applicable',
    meaning: 'The record cannot be applied by the rules of today either; the dead letter stays open.',
    remedy: 'Discard the dead letter if it never will.',
  },
  'still-refused': {
    status: 409,
    title: 'Record still refused',
    meaning: 'Kafka refuses the record still; the dead letter stays open, and what waits behind it waits on.',
    remedy:
      'Mend what the topic asks of records, such as its `max.message.bytes`, or discard the dead letter.',
  },
  'rebuild-in-progress': {
    status: 409,
    title: 'Rebuild in progress',
    meaning: 'The read model is being rebuilt already.',
    remedy: 'Follow the rebuild where `Location` says.',
    headers: () => ({ Location: '/api/projections/contacts' }),
  },
  'rebuild-not-found': {
    status: 404,
    title: 'Rebuild not found',
    meaning: 'The read model is not being rebuilt, so that there is nothing to cancel.',
    remedy: 'Nothing needs to be done.',
  },
  'verification-in-progress': {
    status: 409,
    title: 'Verification in progress',
    meaning: 'This process is at a verification already.',
    remedy: 'Try again when it is done.',
  },
  'problem-not-found': {
    status: 404,
    title: 'Error not found',
    meaning: 'No error has this code.',
    remedy: 'Look it up in `GET /api/problems`.',
  },
  'schema-not-found': {
    status: 404,
    title: 'Schema not found',
    meaning: 'There is no such schema, or it has no such version.',
    remedy: 'Take the address from `dataschema` of an event.',
  },
  'caller-gone': {
    status: 499,
    title: 'Caller gone',
    meaning: 'The caller hung up before the answer was there; nobody receives this one.',
    remedy: 'Call again, and wait longer.',
  },
  'database-unavailable': {
    status: 503,
    title: 'Database unavailable',
    meaning:
      'PostgreSQL is away, overloaded, takes no more connections, or did not answer in time: `detail` says which. What ' +
      'the call asked for may have been done; a run that was taken goes on by itself.',
    remedy: 'Try again; if it lasts, ask `contactstream doctor`.',
    headers: () => ({ 'Retry-After': String(DATABASE_RETRY_SECONDS) }),
  },
  'audit-unavailable': {
    status: 503,
    title: 'Audit unavailable',
    meaning: 'What the call asked for is audited, and its entry could not be written; so nothing was done.',
    remedy: "Look into the service's log, which says why, and try again.",
  },
  'not-ready': {
    status: 503,
    title: 'Not ready',
    meaning:
      'The process cannot do its work: PostgreSQL does not answer, or what a process does fails that relays or projects alone.',
    remedy: 'Look at PostgreSQL and at DATABASE_URL, or at what `detail` names, often Kafka.',
  },
  'service-stopping': {
    status: 503,
    title: 'Service stopping',
    meaning: 'The process is stopping; a run that it was at goes on in another one, or at the next start.',
    remedy: 'Try again.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    meaning: 'Something happened that the service is not prepared for.',
    remedy: "Look into the service's log.",
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

export function problemKind(code: ProblemCode): ProblemKind {
  return PROBLEMS[code];
}

/** Where its code is explained: relative to the address of the service, by whichever name somebody calls it. */
export function problemType(code: string): string {
  return `/api/problems/${code}`;
}
