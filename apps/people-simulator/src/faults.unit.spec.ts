import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type people_v1 } from '@googleapis/people';
import { waitFor } from '../../../test/support/wait-for.js';
import { type FaultOrder } from './faults/fault-schema.js';
import { idOf, MASK, refusalOf, SimulatedGoogle } from './spec-support/simulated-google.js';

/** A fault as it is ordered, without its defaults. */
interface Order {
  where?: FaultOrder['where'];
  when?: Record<string, unknown>;
  times?: number;
  fault: { kind: string } & Record<string, unknown>;
}

describe('faults', () => {
  let google: SimulatedGoogle;
  beforeAll(async () => {
    google = await new SimulatedGoogle().start({ persons: 25, seed: 3 });
  });
  afterEach(async () => {
    await google.control('DELETE faults');
    await google.control('POST quota', {});
  });
  afterAll(() => google.end());

  const order = (fault: Order): Promise<unknown> =>
    google.control('POST faults', { where: 'connections', ...fault });

  /** A page by plain HTTP, for what Google's client would hide. */
  async function raw(signal?: AbortSignal): Promise<Response> {
    const { token } = await google.oauth().getAccessToken();
    return fetch(`${google.simulator.url}/v1/people/me/connections?personFields=${MASK}`, {
      headers: { authorization: `Bearer ${token ?? ''}` },
      ...(signal && { signal }),
    });
  }

  test('without a fault the page comes whole, and compressed for whom takes gzip', async () => {
    const response = await raw();
    expect([response.status, response.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    expect(((await response.json()) as { connections: unknown[] }).connections).toHaveLength(25);
  });

  test('status: once, in Google’s shape, with Retry-After', async () => {
    await order({ fault: { kind: 'status', status: 429, retryAfter: 7 } });
    const { status, error, headers } = await refusalOf(google.page());
    expect([status, error.status, error.reason]).toEqual([429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED']);
    expect(headers?.get('retry-after')).toBe('7');
    expect((await google.page()).connections).toHaveLength(25);
    expect(await google.control('GET faults')).toEqual({ items: [] });
  });

  test('status: every part of it can be chosen', async () => {
    const retryAfter = 'Wed, 21 Oct 2026 07:28:00 GMT';
    await order({
      times: 2,
      fault: {
        kind: 'status',
        status: 403,
        reason: 'SERVICE_DISABLED',
        message: 'Off.',
        errorStatus: 'PERMISSION_DENIED',
        retryAfter,
      },
    });
    const { status, error, headers } = await refusalOf(google.page());
    expect([status, error.reason, error.message]).toEqual([403, 'SERVICE_DISABLED', 'Off.']);
    expect(headers?.get('retry-after')).toBe(retryAfter);
    expect((await refusalOf(google.page())).status).toBe(403);
    await order({ fault: { kind: 'status', status: 500, body: 'oops' } });
    expect(await (await raw()).text()).toBe('oops');
  });

  test('hang: the client waits until it gives up', async () => {
    await order({ fault: { kind: 'hang' } });
    const hungUp = new AbortController();
    const answer = raw(hungUp.signal);
    await waitFor(async () => (await google.control<{ items: unknown[] }>('GET faults')).items.length === 0, {
      what: 'the fault to strike',
    });
    hungUp.abort();
    await expect(answer).rejects.toThrow();
  });

  test.each(['reset', 'half-body'])('%s: the connection breaks', async (kind) => {
    await order({ fault: { kind } });
    await expect(raw().then((response) => response.text())).rejects.toThrow();
  });

  test('html: a page where JSON should be', async () => {
    await order({ fault: { kind: 'html' } });
    const response = await raw();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=UTF-8',
    ]);
    expect(await response.text()).toContain('<html');
  });

  test('invalid-json: complete for HTTP, not for JSON', async () => {
    await order({ fault: { kind: 'invalid-json' } });
    const response = await raw();
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(/JSON/);
  });

  test('slow: the body comes in drops', async () => {
    await order({ fault: { kind: 'slow', bytesPerSecond: 200_000 } });
    const response = await raw();
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let chunks = 0;
    while (!(await reader.read()).done) chunks++;
    expect(chunks).toBeGreaterThan(1);
  });

  test('huge: a valid body of so many megabytes', async () => {
    await order({ fault: { kind: 'huge', megabytes: 5 } });
    const text = await (await raw()).text();
    expect(text.length).toBeGreaterThan(5 * 1_048_576);
    expect((JSON.parse(text) as people_v1.Schema$ListConnectionsResponse).connections).toHaveLength(25);
  });

  test('delay: the answer comes late and is right', async () => {
    await order({ fault: { kind: 'delay', ms: 60 } });
    const begun = performance.now();
    expect((await google.page()).connections).toHaveLength(25);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(55);
  });

  test('truncate: the list ends early and without a sync token', async () => {
    await order({ when: { page: 2 }, fault: { kind: 'truncate' } });
    const { persons, syncToken } = await google.list({ pageSize: 10 });
    expect([persons.length, syncToken]).toEqual([20, undefined]);
  });

  test('empty-page: nobody on it, and the list goes on', async () => {
    await order({ when: { page: 2 }, fault: { kind: 'empty-page' } });
    const { persons, pages, syncToken } = await google.list({ pageSize: 10 });
    expect(pages.map((page) => page.connections?.length)).toEqual([10, undefined, 10, 5]);
    expect(pages[1]).not.toHaveProperty('connections');
    expect(new Set(persons.map(idOf)).size).toBe(25);
    expect(syncToken).toBeTruthy();
  });

  test('repeat-person: somebody comes twice', async () => {
    const [last] = (await google.truth()).slice(-1);
    await order({ when: { page: 1 }, fault: { kind: 'repeat-person', resourceName: last?.resourceName } });
    const { persons } = await google.list({ pageSize: 10 });
    expect(persons.map(idOf).filter((id) => id === idOf(last ?? {}))).toHaveLength(2);
    await order({ fault: { kind: 'repeat-person' } });
    expect((await google.page()).connections).toHaveLength(26);
  });

  test('replace-person: raw JSON, whatever it is', async () => {
    const persons = [
      '{"resourceName":"people/c1","names":[{"displayName":"\\ud800"}]}',
      '{"__proto__":{"polluted":true},"names":"no list"}',
      '{"etag":"no name"}',
      'null',
    ];
    await order({ fault: { kind: 'replace-person', persons, at: 0 } });
    const text = await (await raw()).text();
    for (const person of persons) expect(text).toContain(person);
    expect((JSON.parse(text) as { connections: unknown[] }).connections).toHaveLength(25);
    await order({ fault: { kind: 'replace-person', persons: [{ resourceName: 'people/c2' }] } });
    expect((await google.page()).connections?.at(-1)).toEqual({ resourceName: 'people/c2' });
  });

  test('loop-page-token: a page leads to itself', async () => {
    const first = await google.page({ pageSize: 10 });
    await order({ when: { page: 2 }, times: 3, fault: { kind: 'loop-page-token' } });
    for (let round = 0; round < 3; round++) {
      const page = await google.page({ pageSize: 10, pageToken: first.nextPageToken ?? '' });
      expect(page.nextPageToken).toBe(first.nextPageToken);
    }
    const on = await google.page({ pageSize: 10, pageToken: first.nextPageToken ?? '' });
    expect(on.nextPageToken).not.toBe(first.nextPageToken);
  });

  test('wrong-total: the count is made up', async () => {
    await order({ fault: { kind: 'wrong-total', totalItems: 999 } });
    const page = await google.page();
    expect([page.totalItems, page.totalPeople]).toEqual([999, 999]);
  });

  test('a fault waits for its place: the nth request, incremental or full lists only', async () => {
    const { syncToken } = await google.list();
    const incremental = { syncToken: syncToken ?? '' };
    await order({ when: { syncOnly: true, nth: 2 }, fault: { kind: 'status', status: 500 } });
    await order({ when: { fullOnly: true }, fault: { kind: 'status', status: 503 } });
    await google.page(incremental);
    expect((await refusalOf(google.page())).status).toBe(503);
    expect((await refusalOf(google.page(incremental))).status).toBe(500);
    await google.page(incremental);
    await google.page();
  });

  test('the token endpoint and people/me fail as well when told to', async () => {
    await order({ where: 'token', fault: { kind: 'status', status: 403, reason: 'access_denied' } });
    expect((await refusalOf(google.oauth().getAccessToken())).status).toBe(403);
    await order({ where: 'me', fault: { kind: 'status', status: 500 } });
    const me = { resourceName: 'people/me', personFields: 'names' };
    expect((await refusalOf(google.people().people.get(me))).status).toBe(500);
    expect((await google.people().people.get(me)).status).toBe(200);
  });

  test('the quota of first pages of full lists is one of its own', async () => {
    await google.control('POST quota', { fullSyncFirstPagesPerMinute: 1 });
    const { syncToken } = await google.list({ pageSize: 10 });
    const { status, error, headers } = await refusalOf(google.page());
    expect([status, error.reason]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
    expect(Number(headers?.get('retry-after'))).toBeGreaterThan(50);
    expect((await google.page({ pageSize: 10, syncToken: syncToken ?? '' })).nextSyncToken).toBeTruthy();
    await google.control('POST quota', { requestsPerMinute: 0 });
    expect((await refusalOf(google.page())).status).toBe(429);
  });

  test('the simulator stops quickly although a connection hangs and another is idle', async () => {
    const other = await new SimulatedGoogle().start({ persons: 1 });
    await other.control('POST faults', { where: 'me', fault: { kind: 'hang' } });
    const idle = connect(other.simulator.port, '127.0.0.1');
    idle.on('error', () => undefined);
    const { token } = await other.oauth().getAccessToken();
    const hanging = fetch(`${other.simulator.url}/v1/people/me?personFields=names`, {
      headers: { authorization: `Bearer ${token ?? ''}` },
    });
    const failed = expect(hanging).rejects.toThrow();
    await waitFor(
      async () => (await other.control<{ faultsStruck: number }>('GET counters')).faultsStruck === 1,
      {
        what: 'the request to hang',
      },
    );
    const begun = performance.now();
    await other.end();
    await failed;
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
