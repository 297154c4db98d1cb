import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { AUDIT_ACTIONS } from '../../apps/contact-sync/src/audit/audit-actions.js';
import { Browser } from '../support/browser.js';
import { type Answer } from '../support/call.js';
import { startTestService, type TestService } from '../support/service.js';
import { SignIns } from '../support/sign-in.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

interface Entry {
  readonly id: string;
  readonly occurredAt: string;
  readonly actor: { readonly kind: string; readonly name: string | null };
  readonly action: string;
  readonly accountId: string | null;
  readonly object: string | null;
  readonly reason: string | null;
  readonly outcome: string;
  readonly code: string | null;
  readonly count: number;
  readonly requestId: string | null;
}

const UNKNOWN = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';
const TOKENS = {
  boss: 'boss-token-of-22-characters',
  viewer: 'viewer-token-of-22-characters',
  bound: 'bound-token-of-22-characters',
};
type Caller = keyof typeof TOKENS;
const as = (caller: Caller) => ({ authorization: `Bearer ${TOKENS[caller]}` });

describe('The audit', () => {
  let service: TestService;
  let accountId: string;
  beforeAll(async () => {
    service = await startTestService(
      {
        API_TOKENS: [
          `boss:operate+read+admin:${TOKENS.boss}`,
          `viewer:read:${TOKENS.viewer}`,
          `bound:operate+read+admin@${UNKNOWN}:${TOKENS.bound}`,
        ].join(','),
      },
      { persons: 5 },
    );
    accountId = (await call('GET', '/api/accounts')).body.items[0].id;
  });
  afterAll(() => service.stop());

  const call = (
    method: string,
    path: string,
    body?: unknown,
    caller: Caller = 'boss',
    headers: Record<string, string> = {},
  ): Promise<Answer> => service.api(method, path, body, { ...as(caller), ...headers });
  const entries = async (query = ''): Promise<Entry[]> =>
    (await call('GET', `/api/audit?limit=500${query}`)).body.items as Entry[];
  /** What a request left, by its id; refusals come a moment after the answer. */
  const entryOf = (requestId: string): Promise<Entry> =>
    waitFor(async () => (await settled()).find((entry) => entry.requestId === requestId), {
      what: 'the entry',
      timeoutMs: 5_000,
    });
  /** Newest first, once the newest has its outcome: a page or a file is sent before it. */
  const settled = (query = ''): Promise<Entry[]> =>
    waitFor(
      async () => {
        const found = await entries(query);
        return found[0]?.outcome !== 'unknown' && found;
      },
      { what: 'the outcome', timeoutMs: 5_000 },
    );
  const audited = async (
    method: string,
    path: string,
    body?: unknown,
    caller: Caller = 'boss',
  ): Promise<Entry & { readonly answer: Answer }> => {
    const requestId = randomUUID();
    const answer = await call(method, path, body, caller, { 'x-request-id': requestId });
    return { ...(await entryOf(requestId)), answer };
  };
  const boss = { kind: 'token', name: 'boss' };

  describe('of each call that changes something', () => {
    const seen = new Set<string>();
    const expectEntry = (entry: Entry, expected: Partial<Entry>): void => {
      seen.add(entry.action);
      expect(entry).toMatchObject({ actor: boss, count: 1, ...expected });
    };
    const hold = async (): Promise<string> => {
      await service.google.control('PUT', '/control/accounts/demo', { persons: 0 });
      const { answer } = await audited('POST', '/api/sync/full');
      expect(answer.body.status).toBe('held');
      await service.google.control('PUT', '/control/accounts/demo', { persons: 5 });
      return String(answer.body.run.id);
    };

    it('tells syncs, with their run and account, and dry runs', async () => {
      for (const path of ['/api/sync', '/api/sync/full', '/api/sync/incremental']) {
        const entry = await audited('POST', path);
        const { id } = entry.answer.body.run as { id: string };
        expectEntry(entry, { action: 'sync.run', accountId, object: id, outcome: 'done', code: null });
      }
      expectEntry(await audited('POST', '/api/sync?dryRun=true', { accountId }), {
        action: 'sync.dry-run',
        accountId,
        outcome: 'done',
      });
    });

    it('tells a sync that failed, and why', async () => {
      await service.google.control('POST', '/control/faults', {
        where: 'connections',
        fault: { kind: 'status', status: 400, reason: 'INVALID_ARGUMENT' },
        times: 10,
      });
      const entry = await audited('POST', '/api/sync/full');
      await service.google.control('DELETE', '/control/faults');
      expectEntry(entry, { action: 'sync.run', accountId, outcome: 'failed', code: 'google-unavailable' });
    });

    it('tells decisions about held deletions, and whose they are', async () => {
      for (const decision of ['reject', 'approve'] as const) {
        const object = await hold();
        const entry = await audited('POST', `/api/sync/runs/${object}/held-deletions/${decision}`);
        expectEntry(entry, { action: `held-deletions.${decision}`, accountId, object, outcome: 'done' });
      }
    });

    it('tells what was refused for what it is', async () => {
      const { body } = await call('GET', '/api/sync/runs?limit=1');
      const object = body.items[0].id as string;
      expectEntry(await audited('POST', `/api/sync/runs/${object}/cancel`), {
        action: 'run.cancel',
        object,
        outcome: 'refused',
        code: 'run-over',
      });
      for (const thing of ['quarantine', 'dead-letter']) {
        for (const deed of ['replay', 'discard']) {
          const path = thing === 'quarantine' ? thing : 'dead-letters';
          expectEntry(await audited('POST', `/api/${path}/${UNKNOWN}/${deed}`), {
            action: `${thing}.${deed}`,
            object: UNKNOWN,
            outcome: 'refused',
          });
        }
      }
      expectEntry(await audited('POST', '/api/accounts', { subjects: ['ada@example.org'] }), {
        action: 'account.connect',
        outcome: 'refused',
        code: 'delegation-not-configured',
      });
      expectEntry(await audited('DELETE', '/api/projections/contacts/rebuild'), {
        action: 'rebuild.cancel',
        outcome: 'refused',
        code: 'rebuild-not-found',
      });
      expect(await audited('PATCH', `/api/accounts/${accountId}`, { paused: 'maybe' })).toMatchObject({
        action: 'account.change',
        outcome: 'refused',
        code: 'invalid-request',
      });
    });

    it('tells a quarantined person that was discarded, and whose it is', async () => {
      await service.google.control('POST', '/control/faults', {
        where: 'connections',
        fault: {
          kind: 'replace-person',
          persons: [JSON.stringify({ resourceName: 'people/q', names: 'no list' })],
        },
      });
      await call('POST', '/api/sync/full');
      const object = (await call('GET', '/api/quarantine?state=open')).body.items[0].id as string;
      expectEntry(await audited('POST', `/api/quarantine/${object}/discard`), {
        action: 'quarantine.discard',
        accountId,
        object,
        outcome: 'done',
      });
    });

    it('tells changes, rebuilds, verifications and exports', async () => {
      const changed = { action: 'account.change', accountId, outcome: 'done' };
      expectEntry(
        await audited('PATCH', `/api/accounts/${accountId}`, { reference: 'tenant-42/user-7' }),
        changed,
      );
      expectEntry(await audited('POST', '/api/projections/contacts/rebuild'), {
        action: 'rebuild.request',
        outcome: 'done',
      });
      expectEntry(await audited('POST', '/api/verify'), { action: 'verify.run', outcome: 'done' });
      expectEntry(await audited('POST', '/api/simulator/changes', { change: 'updated' }), {
        action: 'simulator.change',
        accountId,
        outcome: 'done',
      });
      for (const [path, action] of [
        ['/api/audit/export', 'audit.export'],
        ['/api/export?format=jsonl', 'contacts.export'],
      ] as const) {
        const requestId = randomUUID();
        const response = await fetch(`${service.url}${path}`, {
          headers: { ...as('boss'), 'x-request-id': requestId },
        });
        await response.text();
        expectEntry(await entryOf(requestId), { action, outcome: 'done' });
      }
    });

    it('tells who connected an account: by the start, and by the link', async () => {
      const { accountId: connected } = await signInBy('boss');
      expect(connected).toBe(accountId);

      const made = await audited('POST', '/api/auth/google/links', { loginHint: 'demo@example.com' });
      expectEntry(made, {
        action: 'connect-link.create',
        outcome: 'done',
        object: expect.any(String) as never,
      });
      const link = { kind: 'link', name: made.object };
      const browser = new Browser();
      const pressed = await browser.open(inService(made.answer.body.url as string), { method: 'POST' });
      const signIns = new SignIns(service.url, browser);
      const back = await signIns.consent(new URL(pressed.headers.get('location') ?? ''), 'demo@example.com');
      expect((await signIns.comeBack(back)).status).toBe(200);

      const [completed, begun] = await settled();
      expect(begun).toMatchObject({ action: 'sign-in.begin', actor: link, outcome: 'done' });
      expect(completed).toMatchObject({
        action: 'sign-in.complete',
        actor: link,
        accountId,
        outcome: 'done',
      });
      expect(completed?.object).toBe(begun?.object);
    });

    it('tells a sign-in that the person refused', async () => {
      const signIns = new SignIns(service.url, new Browser());
      const state = await begunBy('boss', signIns.browser);
      const back = new URL(`/api/auth/google/callback?state=${state}&error=access_denied`, service.url);
      expect((await signIns.comeBack(back)).status).toBe(403);
      const [entry] = await settled('&action=sign-in.complete');
      expect(entry).toMatchObject({
        actor: { kind: 'person', name: null },
        outcome: 'refused',
        code: 'sign-in-denied',
      });
    });

    it('tells the end of an account, and nothing else about it', async () => {
      expectEntry(await audited('DELETE', `/api/accounts/${accountId}`), {
        action: 'account.disconnect',
        accountId,
        outcome: 'done',
      });
      expectEntry(await audited('DELETE', `/api/accounts/${accountId}?erase=true`), {
        action: 'account.erase',
        accountId,
        outcome: 'done',
      });
      const { answer, ...verified } = await audited('POST', '/api/verify', { erased: accountId });
      expectEntry(verified, { action: 'verify.run', accountId, outcome: 'done' });
      expect(answer.body.ok).toBe(true);
      const [{ told } = { told: '' }] = await sql<{ told: string }>(
        service.database,
        'select json_agg(audit_entries)::text as told from audit_entries',
      );
      expect(told).toContain(accountId);
      expect(told).not.toMatch(/demo|ada@|example|tenant-42|people\//i);
    });

    it('tells tokens that are issued and revoked, and sessions, with nothing of their secrets', async () => {
      const issued = await audited('POST', '/api/tokens', { name: 'crm', scopes: ['read'] });
      const { id, token } = issued.answer.body as { id: string; token: string };
      expectEntry(issued, { action: 'token.issue', object: id, outcome: 'done' });

      const opened = await audited('POST', '/api/session', { token });
      const crm = { kind: 'token', name: 'crm' };
      expectEntry(opened, { action: 'session.open', actor: crm, outcome: 'done' });
      const cookie = opened.answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const csrf = opened.answer.body.csrfToken as string;
      const requestId = randomUUID();
      await service.api('DELETE', '/api/session', undefined, {
        cookie,
        'x-csrf-token': csrf,
        'x-request-id': requestId,
      });
      expectEntry(await entryOf(requestId), { action: 'session.end', actor: crm, outcome: 'done' });

      const nobody = await audited('POST', '/api/session', { token: 'of-nobody' });
      expect(nobody).toMatchObject({
        action: 'session.open',
        actor: { kind: 'unknown', name: null },
        outcome: 'refused',
        code: 'invalid-api-token',
      });
      const revoked = await audited('DELETE', `/api/tokens/${id}`);
      expectEntry(revoked, { action: 'token.revoke', object: id, outcome: 'done' });

      const told = JSON.stringify(
        await sql(service.database, 'select json_agg(audit_entries)::text as told from audit_entries'),
      );
      for (const secret of [token, csrf, cookie.split('=')[1] ?? '']) expect(told).not.toContain(secret);
    });

    it('has each of its actions', () => {
      seen.add('sign-in.begin').add('sign-in.complete');
      expect([...seen].sort()).toEqual(Object.keys(AUDIT_ACTIONS).sort());
    });

    const inService = (url: string): string => `${service.url}${new URL(url).pathname}`;
    const begunBy = async (caller: Caller, browser: Browser): Promise<string> => {
      const begun = await browser.open(`${service.url}/api/auth/google`, { headers: as(caller) });
      const location = new URL(begun.headers.get('location') ?? '');
      google = location;
      return location.searchParams.get('state') ?? '';
    };
    let google: URL;
    const signInBy = async (caller: Caller): Promise<Entry> => {
      const signIns = new SignIns(service.url, new Browser());
      await begunBy(caller, signIns.browser);
      expect((await signIns.comeBack(await signIns.consent(google, 'demo@example.com'))).status).toBe(200);
      const [completed, begun] = (await settled()) as [Entry, Entry];
      expectEntry(begun, { action: 'sign-in.begin', outcome: 'done' });
      expect(completed).toMatchObject({
        action: 'sign-in.complete',
        actor: { kind: 'person', name: null },
        object: begun.object,
        outcome: 'done',
      });
      return completed;
    };
  });
});
