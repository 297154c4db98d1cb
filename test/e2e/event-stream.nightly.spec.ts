import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { bearer } from '../access/access-tokens.js';
import { callsTo } from '../support/call.js';
import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { EventReader } from '../support/event-source.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const READER = 'reader-of-a-test-0123456789';
const OPERATOR = 'operator-of-a-test-0123456789';
/** Megabytes: more than the system keeps for a reader. */
const MANY = 16;
const TOKENS = `reader:read+operate+admin:${READER},operator:operate:${OPERATOR}`;

/** A part of what happens while somebody reads. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('append' as const), events: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('leave' as const), after: fc.integer({ min: 0, max: 30 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const wants = fc.constantFrom('all', 'account', 'contact', 'deletions');

describe('The stream of events', () => {
  let log: LogDatabase;
  let google: TestGoogle;
  const services: RunningService[] = [];
  beforeAll(async () => {
    [log, google] = await Promise.all([createLogDatabase(), startGoogle()]);
    services.push(await start(), await start());
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await Promise.all([log.close(), google.stop()]);
  });
  const open: EventReader[] = [];
  afterEach(() => {
    for (const reader of open.splice(0)) reader.close();
  });

  const start = (variables: Record<string, string> = {}): Promise<RunningService> =>
    startService({
      ...serviceEnvironment(log.database, google),
      GOOGLE_REFRESH_TOKEN: '',
      ROLES: 'api',
      RATE_LIMIT: 'off',
      API_TOKENS: TOKENS,
      ...variables,
    });
  const read = async (
    query: Record<string, string>,
    headers: Record<string, string> = {},
    service = 0,
  ): Promise<EventReader> => {
    const url = `${services[service]?.url}/api/events/stream?${new URLSearchParams(query).toString()}`;
    const reader = await EventReader.open(url, { ...bearer(READER), ...headers });
    open.push(reader);
    return reader;
  };
  const listed = async (query: Record<string, string>, token = READER): Promise<unknown[]> => {
    const api = callsTo(services[0]?.url ?? '');
    const items: unknown[] = [];
    for (let after: string | null = query.after ?? '0'; after !== null;) {
      const parameters = new URLSearchParams({ ...query, after, limit: '1000' });
      const { body } = await api('GET', `/api/events?${parameters.toString()}`, undefined, bearer(token));
      items.push(...(body.items as unknown[]));
      after = body.nextAfter as string | null;
    }
    return items;
  };
  const events = (reader: EventReader): unknown[] =>
    reader.messages.filter(({ event }) => event.startsWith('Contact')).map(({ data }) => data as unknown);

  /** Two writers at a time, of three contacts each. */
  async function appendSome(count: number, contacts: readonly ContactStream[]): Promise<void> {
    const batches: ReturnType<ContactStream['updated']>[][] = [[], []];
    for (let index = 0; index < count; index += 1) {
      const which = index % contacts.length;
      const contact = contacts[which];
      if (contact === undefined) continue;
      const event = contact.version > 0 && index % 5 === 4 ? contact.deleted() : contact.updated();
      batches[which % 2]?.push(event);
    }
    await Promise.all(batches.filter((batch) => batch.length > 0).map((batch) => append(log.em, batch)));
  }

  it('tells each event once and in order, over cuts, restarts and two processes, as the log has them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), wants, async (steps, wanted) => {
        await play(steps, wanted);
      }),
      { numRuns: 8 },
    );
  }, 240_000);

  async function play(steps: readonly Step[], wanted: string): Promise<void> {
    const account = randomUUID();
    const contacts = [account, account, randomUUID(), randomUUID(), account, randomUUID()].map(
      (id) => new ContactStream(id),
    );
    const [before] = await sql<{ end: string }>(
      log.database,
      'select coalesce(max(position), 0)::text as end from events',
    );
    const after = before?.end ?? '0';
    const query: Record<string, string> = {
      ...(wanted === 'account' ? { accountId: account } : {}),
      ...(wanted === 'contact' ? { contactId: contacts[0]?.id ?? '' } : {}),
      ...(wanted === 'deletions' ? { type: 'ContactDeleted' } : {}),
    };
    const told: unknown[] = [];
    let turn = 0;
    // As a browser keeps it, from one connection to the next.
    let lastId: string | null = null;
    let reader = await read({ ...query, after });
    const comeBack = async (): Promise<void> => {
      reader.close();
      told.push(...events(reader));
      turn += 1;
      lastId = reader.lastId ?? lastId;
      const headers = lastId === null ? {} : { 'last-event-id': lastId };
      reader = await read({ ...query, after }, headers, turn % 2);
    };
    for (const one of steps) {
      if (one.kind === 'append') await appendSome(one.events, contacts);
      else if (one.kind === 'leave') {
        const most = reader.messages.length + one.after;
        await waitFor(() => reader.messages.length >= most, { what: 'some', timeoutMs: 100 }).catch(
          () => undefined,
        );
        await comeBack();
      } else {
        const which = turn % 2;
        await services[which]?.stop();
        services[which] = await start();
        await comeBack();
      }
    }
    const expected = await listed({ ...query, after });
    await waitFor(() => told.length + events(reader).length >= expected.length, {
      what: 'the last events',
    }).catch(() => undefined);
    reader.close();
    expect([...told, ...events(reader)]).toEqual(expected);
  }

  it('begins with new events, and says where; events of the past come where one asks for them', async () => {
    const contact = new ContactStream();
    await append(log.em, [contact.updated()]);
    const reader = await read({});
    const [first] = await reader.some('start', 1);
    expect(first?.id).toBe(first?.data.position);
    const position = await append(log.em, [contact.updated()]);
    const [event] = await reader.some('ContactUpdated', 1);
    expect(event).toMatchObject({
      id: String(position),
      data: { subject: contact.id, position: String(position) },
    });
    expect(reader.messages).toHaveLength(2);

    const all = await read({ after: '0', contactId: contact.id });
    await all.some('ContactUpdated', 2);
    expect(all.named('start')).toEqual([]);
  });

  it('is masked without the scope read', async () => {
    const contact = new ContactStream();
    const reader = await read({ contactId: contact.id }, bearer(OPERATOR));
    await reader.some('start', 1);
    await append(log.em, [contact.updated({ displayName: 'Grace Hopper' }), contact.deleted()]);
    await reader.some('ContactDeleted', 1);
    expect(events(reader)).toEqual(await listed({ contactId: contact.id }, OPERATOR));
    expect(JSON.stringify(reader.messages)).not.toContain('Grace');
    // From pages of the log, too.
    const behind = await read({ contactId: contact.id, after: '0' }, bearer(OPERATOR));
    await behind.some('ContactDeleted', 1);
    expect(events(behind)).toEqual(events(reader));
  });

  it.each(['later', '-1', '1.5'])('refuses a last id that is no position: %s', async (id) => {
    await expect(read({}, { 'last-event-id': id })).rejects.toThrow('invalid-request');
  });

  it('ends within moments of a stop, and says so; whoever comes back meanwhile is told why not', async () => {
    const service = await start();
    const reader = await EventReader.open(`${service.url}/api/events/stream`, bearer(READER));
    await reader.some('start', 1);
    const began = performance.now();
    await service.stop();
    await reader.over();
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(reader.named('dropped')).toMatchObject([{ data: { reason: 'service-stopping' } }]);
  });

  it('ends soon after the token that it was opened with is revoked', async () => {
    const api = callsTo(services[0]?.url ?? '');
    const issue = async (name: string) => {
      const { body } = await api('POST', '/api/tokens', { name, scopes: ['read'] }, bearer(READER));
      return body as { id: string; token: string };
    };
    const [kept, revoked] = [await issue(`kept-${randomUUID()}`), await issue(`revoked-${randomUUID()}`)];
    const [one, other] = [await read({}, bearer(kept.token)), await read({}, bearer(revoked.token))];
    await Promise.all([one.some('start', 1), other.some('start', 1)]);
    await api('DELETE', `/api/tokens/${revoked.id}`, undefined, bearer(READER));
    await other.over(30_000);
    expect(other.named('dropped')).toMatchObject([{ data: { reason: 'access-ended' } }]);
    expect(one.isOver).toBe(false);
  }, 120_000);

  it('drops a reader who takes nothing, and holds little for them; where they were, they go on', async () => {
    const contact = new ContactStream();
    const { hostname, port } = new URL(services[0]?.url ?? '');
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).pause();
    socket.write(
      `GET /api/events/stream?contactId=${contact.id} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${READER}\r\n\r\n`,
    );
    const other = await read({ contactId: contact.id });
    await other.some('start', 1);
    const large = { biography: 'x'.repeat(1_000_000) };
    for (let index = 0; index < MANY; index += 1) await append(log.em, [contact.updated(large)]);
    await other.some('ContactUpdated', MANY, 60_000);
    const metrics = async () => (await fetch(`${services[0]?.url}/metrics`)).text();
    await waitFor(async () => (await metrics()).includes('dropped_total{reason="slow-reader"} 1'), {
      what: 'the reader to be dropped',
      timeoutMs: 40_000,
      everyMs: 500,
    });
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.resume();
    await waitFor(() => text.includes('event: dropped'), { what: 'the last word' });
    expect(text).toContain('slow-reader');
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id ?? '');
    const again = await read({ contactId: contact.id }, { 'last-event-id': ids.at(-1) ?? '' });
    await again.some('ContactUpdated', MANY + 1 - ids.length, 60_000);
    const all = [...ids, ...again.messages.map(({ id }) => id)].slice(1);
    expect(all).toEqual(other.messages.slice(1).map(({ id }) => id));
  }, 240_000);
});
