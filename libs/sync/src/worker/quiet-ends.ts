import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { commit, isPassing, traced } from '#platform';

import { endRuns, type RunEnd } from '../runs/end-run.sql.js';

/** How long a run waits for others that end with it. */
const WINDOW_MS = 20;

/** So many are ended by one statement. */
const MOST = 64;

interface Waiting {
  readonly end: RunEnd;
  readonly ended: PromiseWithResolvers<null>;
}

/**
 * Ends runs that found nothing: those that come within a moment in one statement, as databases commit in groups. They are
 * most of all runs, and a statement costs more than what one of them has to say.
 */
export class QuietEnds {
  private waiting: Waiting[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly em: SqlEntityManager) {}

  /** At once, with those that wait, where a person has asked for the run. @throws what the statement throws */
  async end(end: RunEnd): Promise<void> {
    const ended = Promise.withResolvers<null>();
    this.waiting.push({ end, ended });
    if (end.run.trigger !== 'scheduled' || this.waiting.length >= MOST) this.endWaiting();
    else {
      this.timer ??= setTimeout(() => {
        this.endWaiting();
      }, WINDOW_MS);
    }
    await traced(commit([]), () => ended.promise);
  }

  private endWaiting(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.endTogether(this.waiting.splice(0));
  }

  /** Where one of several cannot be ended, each of the others is, by a statement of its own. */
  private async endTogether(group: readonly Waiting[]): Promise<void> {
    try {
      await endRuns(
        this.em.fork(),
        group.map(({ end }) => end),
      );
      for (const { ended } of group) ended.resolve(null);
    } catch (error) {
      // After a passing error each looks by itself what became of it.
      if (group.length === 1 || isPassing(error)) for (const { ended } of group) ended.reject(error);
      else await Promise.all(group.map((one) => this.endTogether([one])));
    }
  }
}
