import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { bearer, MASTER } from '../access/access-tokens.js';
import { EventReader } from '../support/event-source.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

const OTHER = randomUUID();

describe('The stream of changes', () => {
  let service: TestService;
  let accountId: string;
  let elsewhere: string;
  beforeAll(async () => {
    service = await startTestService({ API_TOKENS: MASTER }, { persons: 5 });
    const { body } = await api('POST', '/api/sync');
    accountId = body.run.accountId as string;
    await sql(
      service.database,
      `insert into accounts (id, name, state, paused, connected_at) values ($1, 'elsewhere', 'disconnected', false, now())`,
      [OTHER],
    );
    const issued = await api('POST', '/api/tokens', {
      name: 'elsewhere',
      scopes: ['operate'],
      accountId: OTHER,
    });
    elsewhere = issued.body.token as string;
  });
  afterAll(() => service.stop());
  const open: EventReader[] = [];
  afterEach(() => {
    for (const reader of open.splice(0)) reader.close();
  });

  const api = (method: string, path: string, body?: unknown) =>
    service.api(method, path, body, bearer(MASTER));
  const watch = async (token = MASTER, query = ''): Promise<EventReader> => {
    const reader = await EventReader.open(`${service.url}/api/stream${query}`, bearer(token));
    open.push(reader);
    return reader;
  };

  it('tells runs, how accounts stand, and how far the log has come, to those who may see them', async () => {
    const [all, own, other] = [
      await watch(),
      await watch(MASTER, `?accountId=${accountId}`),
      await watch(elsewhere),
    ];
    // The first of two changes begins before anybody has looked.
    await service.google.control('POST', '/control/persons/change', { edits: 2 });
    await api('POST', '/api/sync');
    await service.google.control('POST', '/control/persons/change', { edits: 2, seed: 2 });
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'delay', ms: 1_500 },
    });
    const { body } = await api('POST', '/api/sync');
    const ended = { data: { id: body.run.id, state: 'succeeded', statistics: { updated: 2 } } };
    for (const reader of [all, own]) {
      const told = await reader.some('account', 2);
      expect(told.map(({ data }) => data.state)).toContain('syncing');
      expect(told.map(({ data }) => data.accountId)).not.toContain(OTHER);
      await reader.some('run', 2);
      expect(reader.named('run').at(-1)).toMatchObject(ended);
    }
    const position = body.run.lastPosition as string;
    await all.some('lags', 1);
    const { data: lags } = await (async () => {
      for (;;) {
        const last = all.named('lags').at(-1);
        if (last?.data.readModel.position === position) return last;
        await all.some('lags', all.named('lags').length + 1);
      }
    })();
    expect(lags).toEqual({ log: position, readModel: { position, lag: { events: 0, seconds: 0 } } });
    expect(own.named('lags')).toEqual([]);
    expect(other.messages).toEqual([]);
  });

  it('tells what a command changes, and what waits for a person', async () => {
    const reader = await watch();
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: {
        kind: 'replace-person',
        persons: [JSON.stringify({ resourceName: 'people/q', names: 'no list' })],
      },
    });
    // Whoever reads first has the present state from elsewhere.
    await api('POST', '/api/sync/full');
    await api('POST', '/api/sync/full');
    await reader.some('run', 1);
    await api('PATCH', `/api/accounts/${accountId}`, { paused: true });
    const paused = (await reader.some('account', 1)).find(({ data }) => data.state === 'paused');
    if (paused === undefined) await reader.some('account', reader.named('account').length + 1);
    expect(reader.named('account').at(-1)?.data).toMatchObject({
      accountId,
      state: 'paused',
      health: 'paused',
    });
    const { body } = await api('GET', '/api/quarantine?state=open');
    await api('POST', `/api/quarantine/${body.items[0].id}/discard`);
    await reader.some('trouble', 1);
    expect(reader.named('trouble').at(-1)?.data).toEqual({ held: 0, quarantined: 0, deadLetters: 0 });
  });
});
