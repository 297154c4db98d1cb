/** Who may do what: each operation of the OpenAPI document has a line here, and no other has. */
export interface Expectation {
  /** `open`: nobody has to say who they are. `known`: whoever may call at all. */
  readonly needs: 'open' | 'known' | 'operate' | 'read' | 'admin';
  /**
   * Where the account stands that those who are bound to one may see alone: as `accountId` in query or body, in the
   * path, or `thing`, which has an account; `all`: it is of all of them; `none`: of no account.
   */
  readonly account: 'query' | 'body' | 'path' | 'thing' | 'all' | 'none';
  /** The answer to whoever may: status, and maybe code. What would change something is asked in a way that is refused later. */
  readonly answer: string;
  readonly id?: 'account' | 'contact' | 'run' | 'entry' | 'unknown';
  readonly query?: string;
  readonly body?: object;
  /** Of a `thing` of another account. */
  readonly hidden?: string;
}

const UNKNOWN_MEMBER = { nonsense: true };
const INVALID = '400 invalid-request';

const sync = {
  needs: 'operate',
  account: 'body',
  answer: INVALID,
  body: UNKNOWN_MEMBER,
} as const;
const ofRun = { needs: 'operate', account: 'thing', id: 'run', hidden: '404 run-not-found' } as const;
const ofEntry = { account: 'thing', id: 'entry', hidden: '404 quarantine-entry-not-found' } as const;
/** Without `read` it is masked. */
const ofContact = {
  needs: 'known',
  account: 'thing',
  id: 'contact',
  hidden: '404 contact-not-found',
} as const;
const ofLetter = { account: 'all', id: 'unknown', answer: '404 dead-letter-not-found' } as const;

export const OPERATIONS: Readonly<Record<string, Expectation>> = {
  'GET /health/live': { needs: 'open', account: 'none', answer: '200' },
  'GET /health/ready': { needs: 'open', account: 'none', answer: '200' },
  'GET /metrics': { needs: 'open', account: 'none', answer: '200' },

  'GET /api/session': { needs: 'known', account: 'none', answer: '200' },
  'POST /api/session': {
    needs: 'open',
    account: 'none',
    answer: '401 invalid-api-token',
    body: { token: 'of-nobody' },
  },
  'DELETE /api/session': { needs: 'known', account: 'none', answer: '204' },
  'GET /api/session/oidc': { needs: 'open', account: 'none', answer: '404' },
  'GET /api/session/oidc/callback': { needs: 'open', account: 'none', answer: '404' },
  'GET /api/tokens': { needs: 'admin', account: 'query', answer: '200' },
  'POST /api/tokens': { needs: 'admin', account: 'body', answer: INVALID, body: UNKNOWN_MEMBER },
  'DELETE /api/tokens/{id}': {
    needs: 'admin',
    account: 'thing',
    id: 'unknown',
    answer: '404 token-not-found',
    hidden: '404 token-not-found',
  },

  'GET /api/audit': { needs: 'admin', account: 'query', answer: '200' },
  'GET /api/audit/export': { needs: 'admin', account: 'query', answer: '200' },

  'GET /api/about': { needs: 'known', account: 'none', answer: '200' },
  'GET /api/overview': { needs: 'operate', account: 'query', answer: '200' },
  'GET /api/accounts': { needs: 'operate', account: 'query', answer: '200' },
  'POST /api/accounts/search': { needs: 'operate', account: 'body', answer: '200' },
  'POST /api/accounts': { needs: 'admin', account: 'all', answer: INVALID, body: UNKNOWN_MEMBER },
  'GET /api/accounts/{id}': { needs: 'operate', account: 'path', id: 'account', answer: '200' },
  'GET /api/accounts/{id}/timeline': { needs: 'operate', account: 'path', id: 'account', answer: '200' },
  'PATCH /api/accounts/{id}': {
    needs: 'admin',
    account: 'path',
    id: 'account',
    answer: INVALID,
    body: UNKNOWN_MEMBER,
  },
  'DELETE /api/accounts/{id}': {
    needs: 'admin',
    account: 'path',
    id: 'account',
    answer: INVALID,
    query: 'erase=maybe',
  },
  'GET /api/auth/google': { needs: 'admin', account: 'query', answer: '302' },
  'GET /api/auth/google/callback': { needs: 'open', account: 'none', answer: '400' },
  'POST /api/auth/google/links': {
    needs: 'admin',
    account: 'all',
    answer: '400 return-url-not-allowed',
    body: { returnUrl: '/' },
  },
  'GET /api/auth/google/links/{token}': { needs: 'open', account: 'none', answer: '404' },
  'POST /api/auth/google/links/{token}': { needs: 'open', account: 'none', answer: '404' },

  'POST /api/sync': sync,
  'POST /api/sync/full': sync,
  'POST /api/sync/incremental': sync,
  'GET /api/sync/status': { needs: 'operate', account: 'query', answer: '200' },
  'GET /api/sync/runs': { needs: 'operate', account: 'query', answer: '200' },
  'GET /api/sync/runs/{id}': { ...ofRun, answer: '200' },
  'GET /api/sync/runs/{id}/progress': { ...ofRun, answer: '200' },
  'GET /api/sync/runs/{id}/timings': { ...ofRun, answer: '200' },
  'POST /api/simulator/changes': sync,
  'POST /api/sync/runs/{id}/cancel': { ...ofRun, answer: '409 run-over' },
  'GET /api/sync/runs/{id}/held-deletions': { ...ofRun, answer: '200' },
  'POST /api/sync/runs/{id}/held-deletions/search': { ...ofRun, answer: '200' },
  'GET /api/sync/runs/{id}/held-deletions/summary': { ...ofRun, answer: '200' },
  'POST /api/sync/runs/{id}/held-deletions/approve': { ...ofRun, answer: '409 nothing-held' },
  'POST /api/sync/runs/{id}/held-deletions/reject': { ...ofRun, answer: '409 nothing-held' },

  'GET /api/contacts': { needs: 'known', account: 'query', answer: '200' },
  'POST /api/contacts/search': { needs: 'known', account: 'body', answer: '200' },
  'GET /api/contacts/lookup': {
    needs: 'read',
    account: 'query',
    answer: '404 no-match',
    query: 'phone=5550000',
  },
  'GET /api/contacts/{id}': { ...ofContact, answer: '200' },
  'GET /api/contacts/{id}/history': { ...ofContact, answer: '200' },
  'GET /api/export': { needs: 'read', account: 'query', answer: '200', query: 'format=jsonl' },
  'POST /api/export': { needs: 'read', account: 'body', answer: '200', body: { format: 'jsonl' } },
  'GET /api/positions': { needs: 'known', account: 'none', answer: '200' },
  'GET /api/events': { needs: 'known', account: 'query', answer: '200' },
  'GET /api/events/stream': { needs: 'known', account: 'query', answer: '200' },
  'GET /api/stream': { needs: 'operate', account: 'query', answer: '200' },
  'GET /api/asyncapi.json': { needs: 'known', account: 'none', answer: '200' },
  'GET /api/asyncapi': { needs: 'known', account: 'none', answer: '200' },
  'GET /api/doctor': { needs: 'operate', account: 'all', answer: '200' },
  'GET /api/problems': { needs: 'open', account: 'none', answer: '200' },
  'GET /api/problems/{code}': { needs: 'open', account: 'none', answer: '200' },
  'GET /api/schemas/{name}/{file}': { needs: 'open', account: 'none', answer: '200' },

  'GET /api/quarantine': { needs: 'operate', account: 'query', answer: '200' },
  'GET /api/quarantine/{id}': { ...ofEntry, needs: 'read', answer: '200' },
  'POST /api/quarantine/{id}/replay': { ...ofEntry, needs: 'operate', answer: '409 discarded' },
  'POST /api/quarantine/{id}/discard': { ...ofEntry, needs: 'operate', answer: '409 discarded' },
  'GET /api/dead-letters': { needs: 'operate', account: 'all', answer: '200' },
  'GET /api/dead-letters/{id}': { ...ofLetter, needs: 'read' },
  'POST /api/dead-letters/{id}/replay': { ...ofLetter, needs: 'operate' },
  'POST /api/dead-letters/{id}/discard': { ...ofLetter, needs: 'operate' },

  'GET /api/projections': { needs: 'operate', account: 'all', answer: '200' },
  'GET /api/projections/contacts': { needs: 'operate', account: 'all', answer: '200' },
  'POST /api/projections/contacts/rebuild': {
    needs: 'admin',
    account: 'all',
    answer: '202|409 rebuild-in-progress',
  },
  'DELETE /api/projections/contacts/rebuild': {
    needs: 'admin',
    account: 'all',
    answer: '202|404 rebuild-not-found',
  },
  'POST /api/verify': { needs: 'operate', account: 'all', answer: INVALID, body: UNKNOWN_MEMBER },
};
