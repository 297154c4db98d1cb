import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import fc from 'fast-check';

import { startPeopleSimulator } from '../../apps/people-simulator/src/simulator.js';
import { type Call, callsTo } from '../support/call.js';
import { EngineLane } from './engine-lane.js';
import { type History, history } from './history.js';
import { HistoryPlayer, type Sabotage } from './history-player.js';
import { type Verification } from './verification.js';

/** Where histories are played: one Google and some lanes side by side, so that neither processor has to wait. */
export interface Playground {
  readonly google: Google;
  readonly lanes: readonly EngineLane[];
  close(): Promise<void>;
}

interface Google {
  readonly url: string;
  readonly control: Call;
  stop(): Promise<void>;
}

/** Google's data is of no use after the run: where there is a folder in memory, nothing waits for a disk. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const LANES = 3;

export async function openPlayground(lanes = LANES): Promise<Playground> {
  const [google, ...opened] = await Promise.all([
    startGoogle(),
    ...Array.from({ length: lanes }, () => EngineLane.open()),
  ]);
  return {
    google,
    lanes: opened,
    close: async () => {
      await Promise.all([google.stop(), ...opened.map((lane) => lane.close())]);
    },
  };
}

async function startGoogle(): Promise<Google> {
  const dataDir = await mkdtemp(path.join(FOLDER, 'contactstream-engine-'));
  const simulator = await startPeopleSimulator({ dataDir, persons: 0 });
  const call = callsTo(simulator.url);
  return {
    url: simulator.url,
    control: (method, path_, body) => call(method, path_, body, { 'accept-encoding': 'identity' }),
    stop: async () => {
      await simulator.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** How long a failing history is made smaller. */
const SHRINK_MS = 45_000;

let played = 0;

/**
 * @returns what became of them; the first failure ends it
 */
export async function playHistories(
  { google, lanes }: Playground,
  { count, seed, path, done }: Pick<Verification, 'count' | 'seed'> & Partial<Verification>,
  { sabotage = null, shrink = true }: { sabotage?: Sabotage | null; shrink?: boolean } = {},
): Promise<fc.RunDetails<[History]>> {
  // A path belongs to the seed of one lane.
  const used = path === undefined ? lanes : lanes.slice(0, 1);
  let failed = null as { lane: EngineLane; shrinkUntil: number } | null;
  const results = await Promise.all(
    used.map((lane, index) =>
      fc.check(
        fc.asyncProperty(history, async (one) => {
          if (failed !== null && (failed.lane !== lane || performance.now() > failed.shrinkUntil)) return;
          played += 1;
          try {
            await HistoryPlayer.play(one, `h-${played}`, lane, google, sabotage);
          } catch (error) {
            failed ??= { lane, shrinkUntil: performance.now() + SHRINK_MS };
            throw error;
          }
          if (failed === null) done?.();
        }),
        {
          seed: seed + index,
          numRuns: Math.floor((count + index) / used.length),
          endOnFailure: !shrink,
          ...(path === undefined ? {} : { path }),
        },
      ),
    ),
  );
  const [first] = results;
  const result = results.find((details) => details.failed) ?? first;
  if (result === undefined) throw new Error('There is no lane to play histories in');
  return result;
}
