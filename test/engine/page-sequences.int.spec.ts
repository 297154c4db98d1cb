import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';

import { EngineLane } from './engine-lane.js';
import { pageSequence } from './page-sequence.js';
import { PageSequencePlayer } from './page-sequence-player.js';
import { ScriptedGoogle } from './scripted-google.js';
import { expectHolds, verification } from './verification.js';

describe('A Google that cannot be trusted', () => {
  const asked = verification('page-sequences', 500);
  let google: ScriptedGoogle;
  let lane: EngineLane;
  beforeAll(async () => {
    [google, lane] = await Promise.all([ScriptedGoogle.start(), EngineLane.open()]);
  });
  afterAll(async () => {
    await lane.close();
    await google.stop();
  });

  it(
    'whatever it answers, has no contact deleted that it still has, no run stuck, and no token taken for what was lost',
    async () => {
      let accounts = 0;
      let player: PageSequencePlayer | null = null;
      const result = await fc.check(
        fc.asyncProperty(pageSequence, async (sequence) => {
          const current = (player ??= await PageSequencePlayer.connect(
            lane,
            google,
            `account-${++accounts}`,
          ));
          // After a failure, what the account is like is no one's concern.
          player = null;
          await current.play(sequence);
          player = current;
          asked.done();
        }),
        {
          seed: asked.seed,
          numRuns: asked.count,
          ...(asked.path === undefined ? {} : { path: asked.path }),
        },
      );
      expectHolds('page-sequences', result);
    },
    120_000 + asked.count * 1_000,
  );
});
