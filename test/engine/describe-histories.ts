import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { type Playground, openPlayground, playHistories } from './play-histories.js';
import { expectHolds, type Part, verification } from './verification.js';

/** Among fewer histories it is chance how many have a cut. */
const ENOUGH_TO_COUNT = 100;

export function describeHistories(part: Part): void {
  describe('Histories of an account, with crashes, faults and changes at any moment', () => {
    const asked = verification('histories', 150, part);
    let playground: Playground;
    beforeAll(async () => {
      playground = await openPlayground();
    });
    afterAll(() => playground.close());

    it(
      'given any of them, after each sync the log tells what Google has, and nothing else',
      async () => {
        expectHolds('histories', await playHistories(playground, asked));

        const cuts = playground.lanes.reduce((sum, lane) => sum + lane.cuts, 0);
        if (asked.count >= ENOUGH_TO_COUNT) expect(cuts).toBeGreaterThanOrEqual(Math.floor(asked.count / 4));
      },
      120_000 + asked.count * 1_000,
    );

    it('leaves snapshots that are what the log says', async () => {
      for (const lane of playground.lanes) expect(await lane.damagedSnapshots()).toEqual([]);
    });
  });
}
