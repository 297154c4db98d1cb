import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { APPEND_LOCK } from '../support/append-lock.js';
import { waitFor } from '../support/wait-for.js';
import { type EngineLane } from './engine-lane.js';
import { googleSources } from './google-sources.js';
import { openPlayground, type Playground } from './play-histories.js';
import { SimulatedAccount } from './simulated-account.js';

const NEVER = new Promise(() => undefined);

describe('A statement whose connection is lost', () => {
  let playground: Playground;
  let lane: EngineLane;
  beforeAll(async () => {
    playground = await openPlayground(1);
    lane = playground.lanes[0] ?? (await Promise.reject(new Error('There is no lane')));
  });
  afterAll(() => playground.close());

  const statementsThatWait = (count: number): Promise<unknown> =>
    waitFor(
      async () => {
        const waiting = await lane.sql(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
          [],
        );
        return waiting.length === count;
      },
      { what: `${count} statements to wait for a lock` },
    );

  it('and that goes on at the server is awaited by the run, which then goes on behind it', async () => {
    const google = SimulatedAccount.create((...call) => playground.google.control(...call), 'lost', 1);
    for (const fields of [1, 2, 3]) google.change({ what: 'create', fields, reuseName: null });
    const accountId = await lane.signIn('lost', google.refreshToken);
    const blocker = await lane.connect();
    try {
      await blocker.query(`select pg_advisory_lock(${APPEND_LOCK})`);
      const { id } = await lane.queue.enqueue(accountId, 'full', 'manual');
      const over = lane.queue.finished(id, true).then((ended) => ended.run);
      const settings = {
        sources: googleSources(playground.google.url, 100),
        deletionGuard: null,
        workers: 1,
      };
      const working = lane.work(over, settings, null, NEVER);
      await statementsThatWait(1);

      lane.blip();
      await statementsThatWait(2);
      await blocker.query(`select pg_advisory_unlock(${APPEND_LOCK})`);

      expect(await over).toMatchObject({ state: 'succeeded', statistics: { created: 3, pages: 1 } });
      await working;
      const events = await lane.sql('select version from events where account_id = $1', [accountId]);
      expect(events).toEqual([{ version: 1 }, { version: 1 }, { version: 1 }]);
    } finally {
      await blocker.end();
    }
  });
});
