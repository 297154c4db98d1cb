import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { bearer, MASTER } from '../access/access-tokens.js';
import { EventReader } from '../support/event-source.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

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
  }, 240_000);
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
      expect(told.map(({ data }) => data.state as string)).toContain('syncing');
      expect(told.map(({ data }) => data.accountId as string)).not.toContain(OTHER);
      await waitFor(
        () => reader.named('run').find(({ data }) => data.state === 'succeeded' && data.id === body.run.id),
        {
          what: 'the end of the run',
        },
      );
      expect(reader.named('run').at(-1)).toMatchObject(ended);
    }
    const position = body.run.lastPosition as string;
    const { data: lags } = await waitFor(
      () =>
        all
          .named('lags')
          .find(({ data }) => data.readModel.position === position && data.readModel.lag.events === 0),
      { what: 'the read model' },
    );
    expect(lags).toEqual({ log: position, readModel: { position, lag: { events: 0, seconds: 0 } } });
    expect(own.named('lags')).toEqual([]);
    expect(other.messages).toEqual([]);
  });

  it('tells what a command changes, and what waits for a person', async () => {
    const reader = await watch();
    // Whoever reads first has the present state from elsewhere; this says that it was looked at.
    await api('POST', '/api/sync');
    await reader.some('run', 1);
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: {
        kind: 'replace-person',
        persons: [JSON.stringify({ resourceName: 'people/q', names: 'no list' })],
      },
    });
    await api('POST', '/api/sync/full');
    const [trouble] = await reader.some('trouble', 1);
    expect(trouble?.data).toEqual({ held: 0, quarantined: 1, deadLetters: 0 });
    const { body } = await api('GET', '/api/quarantine?state=open');
    await api('POST', `/api/quarantine/${body.items[0].id}/discard`);
    const [, mended] = await reader.some('trouble', 2);
    expect(mended?.data).toEqual({ held: 0, quarantined: 0, deadLetters: 0 });

    await api('PATCH', `/api/accounts/${accountId}`, { paused: true });
    const told = await waitFor(() => reader.named('account').find(({ data }) => data.state === 'paused'), {
      what: 'the account to be told of',
    });
    expect(told.data).toEqual({ accountId, state: 'paused', health: 'paused' });
  });
});
