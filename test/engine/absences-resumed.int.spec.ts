import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PeopleSources } from '#google-people';

import { type EngineLane } from './engine-lane.js';
import { googleSources } from './google-sources.js';
import { openPlayground, type Playground } from './play-histories.js';

/** More than Google is asked about at once. */
const GONE = 250;
const NEVER = new Promise(() => undefined);

describe('A run whose process ends while Google is asked about absent contacts', () => {
  let playground: Playground;
  let lane: EngineLane;
  /** How many names each call asks for. */
  let asked: number[] = [];
  beforeAll(async () => {
    playground = await openPlayground(1);
    lane = playground.lanes[0] ?? (await Promise.reject(new Error('There is no lane')));
  });
  afterAll(() => playground.close());

  /** @param before the call with this number, from 1 */
  const sourcesThatTell = (before: (call: number) => Promise<unknown> | undefined): PeopleSources => {
    const sources = googleSources(playground.google.url, 1_000);
    return {
      pageSize: sources.pageSize,
      whoIs: (grant, signal) => sources.whoIs(grant, signal),
      open: (grant, list) => {
        const source = sources.open(grant, list);
        return {
          ...source,
          lookUp: async (names, signal) => {
            asked.push(names.length);
            await before(asked.length);
            signal.throwIfAborted();
            return source.lookUp(names, signal);
          },
        };
      },
    };
  };
  const control = (method: string, path: string, body?: unknown) =>
    playground.google.control(method, path, body);

  /** A run that was stopped before its second call. */
  const interrupted = async (name: string) => {
    control('PUT', `/control/accounts/${name}`, { persons: GONE + 10, seed: 7 });
    const accountId = await lane.signIn(name, `${name}-refresh-token`);
    const settings = { deletionGuard: null, workers: 1 };
    const first = await lane.queue.enqueue(accountId, 'full', 'manual');
    await lane.work(
      lane.queue.finished(first.id, true),
      { ...settings, sources: sourcesThatTell(() => undefined) },
      null,
      NEVER,
    );
    const { items } = JSON.parse(control('GET', `/control/persons?limit=${GONE}&account=${name}`).body) as {
      items: { resourceName: string }[];
    };
    for (const { resourceName } of items) {
      control('DELETE', `/control/persons/${resourceName.replace('people/', '')}?account=${name}`);
    }
    asked = [];
    const run = await lane.queue.enqueue(accountId, 'full', 'manual');
    const over = lane.queue.finished(run.id, true).then((ended) => ended.run);
    const stop = Promise.withResolvers<null>();
    const stopping = sourcesThatTell((call) => {
      if (call < 2) return undefined;
      stop.resolve(null);
      return new Promise((resolve) => setImmediate(resolve));
    });
    await lane.work(over, { ...settings, sources: stopping }, null, stop.promise);
    await lane.expireLease(accountId);
    asked = [];
    const resume = async () => {
      await lane.work(over, { ...settings, sources: sourcesThatTell(() => undefined) }, null, NEVER);
      return over;
    };
    return { runId: run.id, resume };
  };
  const ended = {
    state: 'succeeded',
    statistics: { deleted: GONE, not_listed: GONE, unchanged: 10 },
    absences: { asked: GONE, gone: GONE, alive: 0, unanswered: 0 },
  };

  it('goes on with those that have no answer yet', async () => {
    const { resume } = await interrupted('resumed');
    expect(await resume()).toMatchObject(ended);
    expect(asked).toEqual([GONE - 200]);
  });

  it('asks again for those whose answer is over an hour old', async () => {
    const { runId, resume } = await interrupted('stale');
    await lane.sql(
      `update sync_run_pages set shown_at = shown_at - interval '61 minutes' where run_id = $1 and gone is not null`,
      [runId],
    );
    expect(await resume()).toMatchObject(ended);
    expect(asked).toEqual([200, GONE - 200]);
  });
});
