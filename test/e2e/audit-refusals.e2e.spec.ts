import { randomUUID } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { type Answer, callsTo } from '../support/call.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const BOUND_TO = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';
const BOSS = 'boss-token-of-22-characters';
const VIEWER = 'viewer-token-of-22-characters';
const BOUND = 'bound-token-of-22-characters';
const NOBODY = { kind: 'unknown', name: null };

describe('What is refused', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let service: RunningService;
  beforeEach(async () => {
    [database, google] = await Promise.all([createMigratedDatabase(), startGoogle({ persons: 1 })]);
    await start();
  });
  afterEach(async () => {
    await service.stop();
    await Promise.all([database.drop(), google.stop()]);
  });

  const start = async (): Promise<void> => {
    service = await startService({
      ...serviceEnvironment(database, google),
      // Forty wrong tokens are more than an address may try.
      RATE_LIMIT: 'off',
      API_TOKENS: `boss:operate+read+admin:${BOSS},viewer:read:${VIEWER},bound:operate+read@${BOUND_TO}:${BOUND}`,
    });
  };
  const call = (
    token: string,
    method: string,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> =>
    callsTo(service.url)(method, path, undefined, { authorization: `Bearer ${token}`, ...headers });
  const entries = async (query = '') =>
    (await call(BOSS, 'GET', `/api/audit?outcome=refused&limit=500${query}`)).body.items as {
      count: number;
      code: string;
    }[];
  const written = (count: number) =>
    waitFor(
      async () => {
        const found = await entries();
        return found.length >= count && found;
      },
      { what: `${count} entries` },
    );
  const refusals = async (code: string): Promise<number> => {
    const text = await (await fetch(`${service.url}/metrics`)).text();
    return Number(
      new RegExp(`^contactstream_refusals_total{code="${code}"} (\\d+)$`, 'm').exec(text)?.[1] ?? 0,
    );
  };

  it('of nobody whom the service knows, is told and counted, and fills no disk', async () => {
    const before = await refusals('invalid-api-token');
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        call(`wrong-token-${index}`, index % 2 === 0 ? 'GET' : 'DELETE', `/api/accounts/${randomUUID()}`),
      ),
    );
    expect(await written(1)).toMatchObject([
      {
        actor: NOBODY,
        action: 'request',
        code: 'invalid-api-token',
        count: 1,
        accountId: null,
        object: null,
      },
    ]);
    expect(await refusals('invalid-api-token')).toBe(before + 40);
    // A stop writes what the end of the minute would have.
    await service.stop();
    await start();
    expect((await entries()).map(({ count }) => count).sort((one, other) => one - other)).toEqual([1, 39]);
    const [{ told } = { told: '' }] = await sql<{ told: string }>(
      database,
      'select json_agg(audit_entries)::text as told from audit_entries',
    );
    expect(told).not.toMatch(/wrong-token|127\.0\.0\.1|::1/);
  });

  it('for a scope that is missing, tells who wanted what with which account', async () => {
    const answer = await call(VIEWER, 'DELETE', `/api/accounts/${BOUND_TO}?erase=true`, {
      'x-request-id': 'r-1',
    });
    expect(answer.body.code).toBe('scope-missing');
    expect(await written(1)).toMatchObject([
      {
        actor: { kind: 'token', name: 'viewer' },
        action: 'account.erase',
        accountId: BOUND_TO,
        code: 'scope-missing',
        requestId: 'r-1',
      },
    ]);
    await call(VIEWER, 'GET', '/api/sync/status');
    expect(await written(2)).toMatchObject([{ action: 'read', code: 'scope-missing' }, {}]);
  });

  it('because it is of another account, is told of reads, too; what is nowhere is not', async () => {
    const other = (await call(BOSS, 'GET', '/api/accounts')).body.items[0].id as string;
    await call(BOUND, 'GET', '/api/nowhere');
    await call(BOSS, 'GET', `/api/accounts/${randomUUID()}`);
    await call(BOUND, 'GET', `/api/accounts/${other}`);
    await call(BOUND, 'POST', `/api/sync/runs/${randomUUID()}/cancel`);
    // Refused reads are written a moment later.
    const found = (await written(2)).toSorted((a, b) => a.code.localeCompare(b.code));
    expect(found).toMatchObject([
      { actor: { kind: 'token', name: 'bound' }, action: 'read', code: 'account-not-found' },
      { action: 'run.cancel', code: 'run-not-found' },
    ]);
    expect(await entries()).toHaveLength(2);
  });

  it('of pages of other sites, and of links and sign-ins that are not known, is told', async () => {
    const link = `/api/auth/google/links/${'a'.repeat(43)}`;
    const open = callsTo(service.url);
    expect((await open('POST', link, undefined, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    for (let times = 0; times < 3; times++) {
      expect((await fetch(`${service.url}${link}`, { method: 'POST' })).status).toBe(404);
      expect((await fetch(`${service.url}/api/auth/google/callback?state=${'b'.repeat(43)}`)).status).toBe(
        400,
      );
    }
    const told = await written(3);
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ actor: NOBODY, action: 'request', code: 'cross-site-request' }),
        expect.objectContaining({ actor: NOBODY, action: 'sign-in.begin', code: 'link-unknown' }),
        expect.objectContaining({ actor: NOBODY, action: 'sign-in.complete', code: 'sign-in-unknown' }),
      ]),
    );
  });

  it('is told to nobody without the scope admin', async () => {
    for (const path of ['/api/audit', '/api/audit/export']) {
      expect((await call(VIEWER, 'GET', path)).body.code).toBe('scope-missing');
    }
    expect(await written(2)).toMatchObject([{ action: 'audit.export' }, { action: 'read' }]);
  });
});
