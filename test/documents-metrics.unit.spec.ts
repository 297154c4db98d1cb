import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { GOOGLE_REQUESTS } from '#google-people';
import { OUTAGES } from '#platform';

import { REFUSALS } from '../apps/contact-sync/src/audit/refusals.js';
import { Metrics } from '../apps/contact-sync/src/health/metrics.js';
import { EVENT_STREAMS } from '../apps/contact-sync/src/http/server-sent/event-stream.js';
import { KAFKA_SENDS } from '#publishing';
import { codeOf, tableRows } from './support/markdown-tables.js';

/** What Node.js and the process tell, which is not ours to describe. */
const OF_THE_PROCESS = /^contactstream_(process|nodejs)_/;

const LAG = { events: 1, seconds: 1 };

/** One of everything, so that each label shows. @param isDatabaseUp false: it answers nothing */
async function scrape(isDatabaseUp: boolean): Promise<string> {
  const answer = <T>(value: T): Promise<T> =>
    isDatabaseUp ? Promise.resolve(value) : Promise.reject(new Error('away'));
  const metrics = new Metrics(
    {
      counts: () =>
        answer({
          quarantined: 1,
          heldDeletions: 1,
          deadLetters: 1,
          refusedRecords: 1,
          accounts: [{ state: 'connected', count: 1 }],
          runs: [{ state: 'running', mode: 'full', count: 1 }],
        }),
      appended: () => answer(new Map([['ContactUpdated', 1]])),
    },
    { lag: () => answer(LAG) },
    { lag: () => answer(LAG) },
  );
  GOOGLE_REQUESTS.publish({ error: null, signIn: {} });
  KAFKA_SENDS.publish({ topics: [{ topic: 'contacts.events', messages: 1 }], isAcknowledged: true });
  REFUSALS.publish({ code: 'scope-missing' });
  EVENT_STREAMS.publish({ change: 1, dropped: 'slow-reader' });
  OUTAGES.publish({ what: 'a work', lasts: true });
  const text = await metrics.scrape();
  metrics.onModuleDestroy();
  return text;
}

/** Each metric that has a value, with its labels. */
function samples(text: string): Map<string, string[]> {
  const lines = [...text.matchAll(/^(contactstream_\w+?)(?:\{(.*)\})? \S+$/gm)];
  return new Map(
    lines
      .filter(([, name = '']) => !OF_THE_PROCESS.test(name))
      .map(([, name = '', labels = '']) => [
        name,
        [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
      ]),
  );
}

describe('docs/metrics.md', () => {
  const rows = tableRows(readFileSync('docs/metrics.md', 'utf8'));

  it('has each metric once, with its type and its labels', async () => {
    const text = await scrape(true);
    const types = new Map(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
    );
    const there = [...samples(text)].map(([name, labels]) => [name, types.get(name), labels.sort()]);
    const told = rows.map((row) => [
      codeOf(row.Metric ?? ''),
      row.Type,
      [...(row.Labels ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label).sort(),
    ]);
    expect(told.sort()).toEqual(there.sort());
    // None is left out because nothing here gave it a value.
    expect([...types.keys()].filter((name) => !OF_THE_PROCESS.test(name)).sort()).toEqual(
      there.map(([name]) => name).sort(),
    );
  });

  it('says which are left out while the database is away', async () => {
    const left = samples(await scrape(false));
    const ofDatabase = rows
      .filter((row) => row.Of === 'database')
      .map((row) => codeOf(row.Metric ?? '') ?? '');
    const ofProcess = rows.filter((row) => row.Of === 'process').map((row) => codeOf(row.Metric ?? '') ?? '');
    expect([...left.keys()].sort()).toEqual(ofProcess.sort());
    expect(ofDatabase.length + ofProcess.length).toBe(rows.length);
  });
});
