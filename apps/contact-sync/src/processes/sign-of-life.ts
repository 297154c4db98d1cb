import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import {
  BEAT_MS,
  type Configuration,
  ConfigurationError,
  forgetProcess,
  type LiveProcess,
  processesBefore,
  sayThatItLives,
} from '#platform';
import { type Logger } from 'pino';

import { differencesOf, nameOf } from './differences.js';
import { runsWith } from './shared-settings.js';

/** How often a start asks again for the word of a process that it does not agree with. */
const ASK_AGAIN_MS = 500;

/** How long a stop waits until it is noted. */
const LAST_WORD_MS = 1_000;

/** Says that this process lives, and what it runs with, as long as it does. */
export class SignOfLife {
  private readonly stopping = new AbortController();
  private readonly beating: Promise<void>;

  private constructor(
    private readonly em: SqlEntityManager,
    private readonly self: LiveProcess,
    private readonly log: Logger,
  ) {
    this.beating = this.beat();
  }

  /** @throws ConfigurationError where another process runs with what this one must not differ from */
  static async begin(
    em: SqlEntityManager,
    configuration: Configuration,
    name: string,
    log: Logger,
  ): Promise<SignOfLife> {
    const self = {
      id: randomUUID(),
      name,
      roles: [...configuration.ROLES],
      runsWith: runsWith(configuration),
    };
    await forgetProcess(em, self.id);
    await sayThatItLives(em, self);
    try {
      await agreeWithOthers(em, self, log);
    } catch (error) {
      await forgetProcess(em, self.id);
      throw error;
    }
    return new SignOfLife(em, self, log);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    const forgotten = this.beating.then(() => forgetProcess(this.em, this.self.id)).catch(this.untold);
    // What a database that stands still does not take is forgotten by itself.
    await Promise.race([forgotten, delay(LAST_WORD_MS, undefined, { ref: false })]);
  }

  private async beat(): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await delay(BEAT_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await sayThatItLives(this.em, this.self).catch(this.untold);
    }
  }

  /** Others tell of a database that is away. */
  private readonly untold = (error: unknown): void => {
    this.log.debug({ err: error }, 'cannot say that this process lives');
  };
}

/** One that was killed is heard no more: it is waited for until it counts as gone, so that its successor may differ. */
async function agreeWithOthers(em: SqlEntityManager, self: LiveProcess, log: Logger): Promise<void> {
  for (;;) {
    const others = await processesBefore(em, self.id);
    const harm = others.flatMap((other) =>
      differencesOf([self, other])
        .filter(({ setting }) => setting.doesHarm)
        .map(({ setting }) => ({ setting, other })),
    );
    const found = harm.find(({ other }) => other.hasSpoken);
    if (found !== undefined) {
      const { setting, other } = found;
      const rule = setting.rule === undefined ? '' : ` (${setting.rule})`;
      throw new ConfigurationError(
        `${setting.name} is ${self.runsWith[setting.name] ?? ''}, but must agree with ${other.runsWith[setting.name] ?? ''} of ` +
          `the process ${nameOf(other)}, which works on the same database${rule}. Set both to the same, or stop that process first`,
      );
    }
    if (harm.length === 0) {
      warnOf(self, others, log);
      return;
    }
    await delay(ASK_AGAIN_MS);
    await sayThatItLives(em, self);
  }
}

function warnOf(self: LiveProcess, others: readonly LiveProcess[], log: Logger): void {
  for (const { setting, processes } of differencesOf([self, ...others])) {
    const { name } = setting;
    const own = self.runsWith[name] ?? '';
    for (const [value, differing] of processes) {
      if (value === own) continue;
      log.warn(
        { setting: name, own, other: value, processes: differing.map(nameOf) },
        'processes that share this database do not agree in a setting',
      );
    }
  }
}
