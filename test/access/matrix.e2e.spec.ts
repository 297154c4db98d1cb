import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';

import type * as OfAccounts from '../../apps/contact-sync/src/http/account.guard.js';
import type * as OfScopes from '../../apps/contact-sync/src/http/scope.guard.js';
import { outside } from '../support/outside.js';
import { rawRequest } from '../support/raw-request.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { bearer, MASTER } from './access-tokens.js';
import {
  browser,
  type Caller,
  differences,
  textAtOnce,
  type Ids,
  ofAnotherAccount,
  ofThisAccount,
  stranger,
  withScope,
} from './matrix.js';
import { OPERATIONS } from './operations.js';

const CANARY = 'Canary Contact';
const tokenOf = (scope: string): string => `${scope}-of-a-test-0123456789`;

describe('Who may do what', () => {
  let service: TestService;
  let ids: Ids;
  let callers: readonly Caller[];
  let bound: { readonly here: string; readonly elsewhere: string };

  beforeAll(async () => {
    const scopes = ['operate', 'read', 'admin'];
    service = await startTestService({
      // Wrong tokens come by the hundred.
      RATE_LIMIT: 'off',
      API_TOKENS: [MASTER, ...scopes.map((scope) => `${scope}:${scope}:${tokenOf(scope)}`)].join(','),
    });
    await service.google.control('POST', '/control/persons', { names: [{ displayName: CANARY }] });
    await api('POST', '/api/sync');
    const [account, contact, run] = await Promise.all([
      onlyId('/api/accounts'),
      onlyId('/api/contacts'),
      onlyId('/api/sync/runs'),
    ]);
    const entry = randomUUID();
    await sql(
      service.database,
      `insert into quarantined_persons
         (id, account_id, run_id, person_key, source_ids, payload, error, occurred_at, state, closed_at)
       values ($1, $2, $3, 'key', '{}', '{}', 'error', now(), 'discarded', now())`,
      [entry, account, run],
    );
    ids = { account, contact, run, entry, unknown: randomUUID() };
    await sql(
      service.database,
      `insert into accounts (id, name, state, paused, connected_at) values ($1, 'elsewhere', 'disconnected', false, now())`,
      [ELSEWHERE],
    );
    bound = { here: await issued('here', account), elsewhere: await issued('elsewhere', ELSEWHERE) };
    callers = await everyCaller();
  });
  afterAll(() => service.stop());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const ELSEWHERE = randomUUID();

  const api = (method: string, path: string, body?: unknown) =>
    service.api(method, path, body, bearer(MASTER));
  const onlyId = async (list: string): Promise<string> => {
    const { items } = (await api('GET', list)).body as { items: { id: string }[] };
    expect(items).toHaveLength(1);
    return items[0]?.id ?? '';
  };
  const issued = async (name: string, accountId?: string): Promise<string> => {
    const scopes = ['operate', 'read', 'admin'];
    const { body } = await api('POST', '/api/tokens', { name, scopes, accountId });
    return body.token as string;
  };

  async function everyCaller(): Promise<Caller[]> {
    const [expired, revoked] = [await issued('expired'), await issued('revoked')];
    await sql(service.database, `update api_tokens set expires_at = now() where name = 'expired'`);
    await sql(service.database, `delete from api_tokens where name = 'revoked'`);
    const session = async () => {
      const { body, headers } = await service.api('POST', '/api/session', { token: MASTER });
      const cookie = headers.getSetCookie()[0]?.split(';')[0] ?? '';
      return { cookie, 'x-csrf-token': body.csrfToken as string };
    };
    const shared = await session();
    const own = (operation: string) =>
      operation === 'DELETE /api/session' ? session() : Promise.resolve(shared);
    const ownCookie = async (operation: string) => ({ cookie: (await own(operation)).cookie });
    return [
      stranger('no credential', {}),
      stranger('a wrong token', bearer('of-nobody-0123456789012345')),
      stranger('an expired token', bearer(expired)),
      stranger('a revoked token', bearer(revoked)),
      ...['operate', 'read', 'admin'].map((scope) => withScope(scope, bearer(tokenOf(scope)))),
      ofThisAccount(bearer(bound.here)),
      ofAnotherAccount(bearer(bound.elsewhere)),
      browser('a session', own, true),
      browser('a session without its CSRF header', ownCookie, false),
    ];
  }

  const found = (of = /./) =>
    differences(
      service.url,
      OPERATIONS,
      callers.filter(({ name }) => of.test(name)),
      ids,
    );

  it('is said of each operation that the service has, and of no other', async () => {
    const { body } = await api('GET', '/api/openapi.json');
    const paths = Object.entries(body.paths as Record<string, object>);
    const operations = paths.flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(Object.keys(OPERATIONS).sort()).toEqual(operations.sort());
  });

  it('is as the table says, for every operation and every caller', async () => {
    expect(await found()).toEqual([]);
  });

  it('is seen to be otherwise where the rule of accounts is taken away', async () => {
    const { AccountGuard } = await outside<typeof OfAccounts>('apps/contact-sync/src/http/account.guard.ts');
    jest.spyOn(AccountGuard.prototype, 'canActivate').mockResolvedValue(true);
    const leaks = await found(/^bound to another/);
    const closed = Object.entries(OPERATIONS).filter(
      // One that is not there is hidden from everybody.
      ([, { account, id }]) => account !== 'none' && !(account === 'thing' && id === 'unknown'),
    );
    for (const [operation] of closed) {
      expect(leaks).toContainEqual(
        expect.stringMatching(`^${operation.replace(/[{}]/g, '.')}, bound to another`),
      );
    }
  });

  it('is seen to be otherwise where the rule of scopes is taken away', async () => {
    const { ScopeGuard } = await outside<typeof OfScopes>('apps/contact-sync/src/http/scope.guard.ts');
    jest.spyOn(ScopeGuard.prototype, 'canActivate').mockReturnValue(true);
    const leaks = await found(/^the scope/);
    for (const [operation] of Object.entries(OPERATIONS).filter(
      ([, { needs }]) => !['open', 'known'].includes(needs),
    )) {
      expect(leaks).toContainEqual(expect.stringMatching(`^${operation.replace(/[{}]/g, '.')}, the scope`));
    }
  });

  it('shows nothing of one account in the lists of another', async () => {
    const lists = Object.entries(OPERATIONS).filter(
      ([operation, { account, needs }]) =>
        operation.startsWith('GET ') && account !== 'all' && needs !== 'open',
    );
    for (const [operation, { query }] of lists.filter(([operation]) => !operation.includes('{'))) {
      const path = `${operation.split(' ')[1] ?? ''}${query === undefined ? '' : `?${query}`}`;
      const answer = await fetch(`${service.url}${path}`, {
        headers: bearer(bound.elsewhere),
        redirect: 'manual',
      });
      const text = await textAtOnce(answer);
      for (const trace of [CANARY, ids.account, ids.contact, ids.run, ids.entry]) {
        expect([operation, text.includes(trace)]).toEqual([operation, false]);
      }
    }
    const { body } = await service.api('GET', '/api/sync/status', undefined, bearer(bound.elsewhere));
    expect(body).toMatchObject({
      totals: { accounts: 1 },
      accounts: [{ accountId: ELSEWHERE }],
      projectionLag: null,
    });
  });

  it.each([
    '/api/openapi.json',
    '/api/docs',
    '/api/docs/',
    '/api/nowhere',
    '/API/contacts',
    '/Api/Contacts/',
    '/api/contacts/',
    '//api/contacts',
    '/api//contacts',
    '/api/%63ontacts',
    '/%61pi/contacts',
    '/health/../api/contacts',
    '/health/%2e%2e/api/contacts',
    '/api/schemas/..%2f..%2fapi/contacts',
    '/api/schemas/../contacts',
    '/api/problems/../contacts',
    '/api/session/oidc/../../contacts',
    '/api/auth/google/callback/../../../contacts',
    '/assets/../api/contacts',
    '/assets/%2e%2e/api/contacts',
    '/api/contacts;/health/live',
    '/api/contacts?x=/health/live',
    '/api/Session',
    '/api/session/',
  ])('is asked however a path is spelled: %s', async (path) => {
    // As it stands: an HTTP client would tidy it up.
    const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`;
    const { status, body } = await rawRequest(service.url, request);
    expect([status, body.code]).toEqual([401, 'invalid-api-token']);
  });
});
