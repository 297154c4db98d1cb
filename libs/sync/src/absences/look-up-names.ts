import { GoogleError, MOST_NAMES, type NameAnswer, type PeopleSource, RequestRefused } from '#google-people';
import { type Logger } from 'pino';

import { type Activity, watchOf } from '../runs/run-activity.js';

/** So many single names refused in a row are not about the names: asking ends. */
const MOST_REFUSED = 20;

/**
 * Asks Google about names, as many at a time as it takes. A call that it refuses is halved, down to the name that it is
 * refused for. A failure that its retries did not mend ends the asking, and nothing else.
 *
 * @yields the answers of a call
 * @throws the signal's reason between two calls
 */
export async function* lookUpNames(
  source: Pick<PeopleSource, 'lookUp'>,
  names: readonly string[],
  log: Logger,
  signal: AbortSignal,
  activity: Activity,
): AsyncGenerator<ReadonlyMap<string, NameAnswer>> {
  const waiting = inChunks(names, MOST_NAMES);
  const watch = watchOf(activity, 'comparing');
  let refused = 0;
  for (let asked = waiting.shift(); asked !== undefined; asked = waiting.shift()) {
    signal.throwIfAborted();
    try {
      const answers = await source.lookUp(asked, signal, watch);
      refused = 0;
      yield answers;
    } catch (error) {
      if (!(error instanceof GoogleError)) throw error;
      const isAboutNames = error instanceof RequestRefused && refused < MOST_REFUSED;
      if (!isAboutNames) {
        log.warn({ reason: error.message }, 'Google was not asked about all contacts that its list left out');
        return;
      }
      if (asked.length > 1) waiting.unshift(...inChunks(asked, Math.ceil(asked.length / 2)));
      else refused += 1;
    }
  }
}

function inChunks(names: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(names.length / size) }, (_, index) =>
    names.slice(index * size, (index + 1) * size),
  );
}
