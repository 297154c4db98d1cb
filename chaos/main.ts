/**
 * `npm run chaos`: a real service, killed again and again in the middle of large syncs, and what is in its log
 * compared with what is at Google after each of them.
 */
import { parseArgs } from 'node:util';

import { killAndCompare } from '../test/crash/kill-and-compare.js';
import { createTestDatabase } from '../test/support/database.js';
import { startTestPostgres, stopTestServers } from '../test/support/test-servers.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    contacts: { type: 'string', default: '20000' },
    'page-size': { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
  },
});

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const started = performance.now();
say(`${values.kills} kills of syncs of ${values.contacts} contacts, seed ${values.seed}`);
try {
  await startTestPostgres();
  const database = await createTestDatabase();
  const { runs, kills, inTheMiddle, events } = await killAndCompare(database, {
    contacts: Number(values.contacts),
    kills: Number(values.kills),
    mostKillsARun: 3,
    pageSize: Number(values['page-size']),
    seed: Number(values.seed),
    report: say,
  });
  await database.drop();
  const seconds = Math.round((performance.now() - started) / 1_000);
  say(
    `${kills} kills (${inTheMiddle} in the middle of a run) in ${runs} runs with ${events} events, ${seconds} s: ` +
      'nothing lost, nothing repeated, no run stuck.',
  );
} catch (error) {
  say(
    `With --seed ${values.seed}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  process.exitCode = 1;
} finally {
  await stopTestServers();
}
