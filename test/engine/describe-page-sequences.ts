import { afterAll, beforeAll, describe, it } from '@jest/globals';

import { EngineLane } from './engine-lane.js';
import { pageSequence, pageSequencesToRemember } from './page-sequence.js';
import { PageSequencePlayer } from './page-sequence-player.js';
import { ScriptedGoogle } from './scripted-google.js';
import { expectHolds, type Part, playInLanes, verification, LANES } from './verification.js';

export function describePageSequences(part: Part): void {
  describe('A Google that cannot be trusted', () => {
    const asked = verification('page-sequences', 240, part);
    let google: ScriptedGoogle;
    let lanes: EngineLane[];
    beforeAll(async () => {
      [google, lanes] = await Promise.all([
        ScriptedGoogle.start(),
        Promise.all(Array.from({ length: LANES }, () => EngineLane.open())),
      ]);
    });
    afterAll(async () => {
      await Promise.all(lanes.map((lane) => lane.close()));
      await google.stop();
    });

    it(
      'whatever it answers, has no contact deleted that it still has, no run stuck, and no token taken for what was lost',
      async () => {
        let accounts = 0;
        const players = new Map<EngineLane, PageSequencePlayer>();
        const result = await playInLanes(
          lanes,
          pageSequence,
          async (sequence, lane) => {
            const player =
              players.get(lane) ?? (await PageSequencePlayer.connect(lane, google, `account-${++accounts}`));
            // After a failure the account is not used again.
            players.delete(lane);
            await player.play(sequence);
            players.set(lane, player);
          },
          asked,
          { examples: pageSequencesToRemember },
        );
        expectHolds('page-sequences', result);
      },
      120_000 + asked.count * 1_000,
    );
  });
}
