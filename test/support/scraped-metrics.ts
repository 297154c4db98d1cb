import { GOOGLE_REQUESTS, GOOGLE_RETRIES, QUOTA_WAITS } from '#google-people';
import { LACKING_CONNECTIONS, OUTAGES } from '#platform';
import { KAFKA_SENDS } from '#publishing';
import { NO_STATISTICS, RUN_ENDS, RUN_TAKEOVERS } from '#sync';

import { REFUSALS } from '../../apps/contact-sync/src/audit/refusals.js';
import { Metrics } from '../../apps/contact-sync/src/health/metrics.js';
import { EVENT_STREAMS } from '../../apps/contact-sync/src/http/server-sent/event-stream.js';

/** What Node.js and the process tell, which is not ours to describe. */
export const OF_THE_PROCESS = /^contactstream_(process|nodejs)_/;

const LAG = { events: 1, seconds: 1 };

/**
 * @param isDatabaseUp false: it answers nothing
 * @param happens before the scrape; left out: one of everything, so that each label shows
 */
export async function scrape(isDatabaseUp: boolean, happens = everything): Promise<string> {
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
          successAges: [1],
          oldestToken: 1,
          accounts: [{ state: 'connected', count: 1 }],
          runs: [{ state: 'running', mode: 'full', count: 1 }],
        }),
      appended: () => answer(new Map([['ContactUpdated', 1]])),
      connections: () => ({ inUse: 1, idle: 1, waiting: 1 }),
    },
    { lag: () => answer(LAG), lagOfAccounts: () => answer(LAG) },
    { lag: () => answer(LAG), isFollowed: () => answer(true) },
    { standing: () => answer({ limitPerMinute: 1, isLearned: false, usedLastMinute: 1, until: null }) },
  );
  happens();
  const text = await metrics.scrape();
  metrics.onModuleDestroy();
  return text;
}

function everything(): void {
  GOOGLE_REQUESTS.publish({ error: null, signIn: {} });
  GOOGLE_RETRIES.publish({ code: 'google-unavailable', waitMs: 1, tryNumber: 1, of: 6 });
  QUOTA_WAITS.publish({ limit: 'project', seconds: 1 });
  RUN_ENDS.publish({ mode: 'full', outcome: 'succeeded', seconds: 1, statistics: NO_STATISTICS });
  RUN_TAKEOVERS.publish({});
  LACKING_CONNECTIONS.publish({ lack: 'server-full' });
  KAFKA_SENDS.publish({ topics: [{ topic: 'contacts.events', messages: 1 }], isAcknowledged: true });
  REFUSALS.publish({ code: 'scope-missing' });
  EVENT_STREAMS.publish({ change: 1, dropped: 'slow-reader' });
  OUTAGES.publish({ what: 'a work', lasts: true });
}

/** Each metric that has a value, with its labels. */
export function samples(text: string): Map<string, string[]> {
  const lines = [...text.matchAll(/^(contactstream_\w+?)(?:\{(.*)\})? \S+$/gm)];
  return new Map(
    lines
      .filter(([, name = '']) => !OF_THE_PROCESS.test(name))
      .map(([, name = '', labels = '']) => [
        // A histogram is several of the same name.
        name.replace(/(_seconds)_(bucket|sum|count)$/, '$1'),
        [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label).filter((label) => label !== 'le'),
      ]),
  );
}
