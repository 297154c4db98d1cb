import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { killAndCompare } from './kill-and-compare.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('a service that is killed at random points of its runs loses nothing, repeats nothing and gets stuck nowhere', async () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const lines: string[] = [];
  try {
    const { kills, runs } = await killAndCompare(database, {
      contacts: 2_000,
      kills: 3,
      mostKillsARun: 1,
      pageSize: 50,
      seed,
      report: (line) => lines.push(line),
    });
    expect({ kills, runs }).toEqual({ kills: 3, runs: 3 });
  } catch (error) {
    throw new Error(`With seed ${seed}: ${[...lines, (error as Error).message].join('; ')}`, {
      cause: error,
    });
  }
}, 120_000);
