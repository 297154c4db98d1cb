import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type fc from 'fast-check';

import { type PeopleSimulator, startPeopleSimulator } from '../../apps/people-simulator/src/simulator.js';
import { EngineLane } from './engine-lane.js';
import { type History, history } from './history.js';
import { HistoryPlayer, type Sabotage } from './history-player.js';
import { playInLanes, type Verification, LANES } from './verification.js';

/** Where histories are played: one Google and some lanes side by side. */
export interface Playground {
  readonly google: PeopleSimulator;
  readonly lanes: readonly EngineLane[];
  close(): Promise<void>;
}

/** In memory where there is such a folder: Google's data is not needed after the run, and a disk is slow. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

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

async function startGoogle(): Promise<PeopleSimulator> {
  const dataDir = await mkdtemp(path.join(FOLDER, 'contactstream-engine-'));
  const simulator = await startPeopleSimulator({ dataDir, persons: 0 });
  return {
    ...simulator,
    stop: async () => {
      await simulator.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

let played = 0;

/** @returns what became of them; the first failure ends it */
export async function playHistories(
  { google, lanes }: Playground,
  verification: Pick<Verification, 'count' | 'seed'> & Partial<Verification>,
  { sabotage = null, shrink = true }: { sabotage?: Sabotage | null; shrink?: boolean } = {},
): Promise<fc.RunDetails<[History]>> {
  return playInLanes(
    lanes,
    history,
    (one, lane) => {
      played += 1;
      return HistoryPlayer.play(one, `h-${played}`, lane, google, sabotage);
    },
    verification,
    { shrink },
  );
}
