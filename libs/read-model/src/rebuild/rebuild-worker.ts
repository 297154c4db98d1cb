import { DriverException } from '@mikro-orm/postgresql';
import {
  Backoff,
  errorForLog,
  isPassing,
  LeaseLost,
  limitStatements,
  type Subscriptions,
  WakeUp,
} from '#platform';

import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { isMadeByRules } from '../projection/row-rules.sql.js';
import { POLL_MS, sayThatItFollows } from '../projection/followers.sql.js';
import { queueRebuild } from './queue-rebuild.js';
import { ContactsRebuild, type RebuildParts } from './rebuild-contacts.js';
import { RebuildLease, RebuildOver } from './rebuild-lease.js';

class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

class Stopping extends Error {
  override readonly name = 'Stopping';
}

/**
 * Runs in every process that projects: takes rebuilds that were asked for, and those whose process is gone, one at a
 * time over all processes.
 */
export class RebuildWorker {
  private readonly stopping = new AbortController();
  private loop: Promise<void> | null = null;
  private hasLookedAtRules = false;

  constructor(
    private readonly parts: RebuildParts,
    private readonly notifications: Subscriptions,
    /** Names this process, for people who look. */
    private readonly owner: string,
  ) {}

  start(): void {
    this.loop ??= this.work();
  }

  /** Leaves a rebuild where it stands, for another process or the next start. */
  async stop(): Promise<void> {
    this.stopping.abort(new Stopping('The service stops'));
    await this.loop;
  }

  private async work(): Promise<void> {
    const { em, logger } = this.parts;
    const { signal } = this.stopping;
    const wakeUp = new WakeUp(this.notifications, 'contactstream_rebuilds');
    const outage = new Backoff('working on rebuilds of the read model', logger);
    while (!signal.aborted) {
      try {
        await sayThatItFollows(em);
        await this.replaceOlderRows();
        const lease = await RebuildLease.take(em, this.owner);
        if (lease !== null) await this.rebuild(lease);
        outage.over();
        await wakeUp.wait(POLL_MS, signal);
      } catch (error) {
        await outage.pause(error, signal);
      }
    }
    wakeUp.close();
  }

  /** Asks for a rebuild where the rows are of older rules; once a start, so that one that fails is not tried for ever. */
  private async replaceOlderRows(): Promise<void> {
    const { em, logger } = this.parts;
    if (this.hasLookedAtRules) return;
    if (!(await isMadeByRules(em, LIVE_CONTACTS.table))) {
      await queueRebuild(em);
      logger.warn(
        'the read model is from an older version and is made anew: until that is done, searches may miss contacts and ' +
          'phone numbers cannot be looked up',
      );
    }
    this.hasLookedAtRules = true;
  }

  private async rebuild(lease: RebuildLease): Promise<void> {
    const { logger } = this.parts;
    const { rebuildId } = lease;
    const begun = lease.state === 'queued' ? 'begins' : 'goes on';
    logger.info({ rebuildId, state: lease.state }, `the rebuild of the read model ${begun}`);
    const cancelled = new AbortController();
    if (lease.cancelRequested) cancelled.abort(new Cancelled('The rebuild is cancelled'));
    const look = async (): Promise<void> => {
      if (await lease.isCancelRequested()) cancelled.abort(new Cancelled('The rebuild is cancelled'));
    };
    await lease.hold({ log: logger, onRenewal: look }, async (lost) => {
      const ended = AbortSignal.any([lost, cancelled.signal]);
      try {
        const rebuild = new ContactsRebuild(
          this.parts,
          lease,
          AbortSignal.any([this.stopping.signal, ended]),
        );
        // It goes through whole tables, and makes their indexes.
        await this.listening(look, () => limitStatements(null, () => rebuild.run()));
        logger.info({ rebuildId }, 'the read model is rebuilt');
      } catch (error) {
        // A step that was left on the signal may say so in words of its own.
        await this.settle(lease, ended.aborted ? ended.reason : error);
      }
    });
  }

  /** Looks at each notification whether the rebuild is to be cancelled. */
  private async listening(look: () => Promise<void>, work: () => Promise<void>): Promise<void> {
    let looking: Promise<void> = Promise.resolve();
    const unsubscribe = this.notifications.subscribe('contactstream_rebuilds', () => {
      looking = looking.then(look).catch((error: unknown) => {
        this.parts.logger.warn({ err: error }, 'cannot look whether the rebuild was cancelled');
      });
    });
    try {
      await work();
    } finally {
      unsubscribe();
      await looking;
    }
  }

  /** @throws what passes by itself: the rebuild is taken again */
  private async settle(lease: RebuildLease, error: unknown): Promise<void> {
    const { logger } = this.parts;
    const { rebuildId } = lease;
    if (error instanceof LeaseLost || error instanceof RebuildOver) {
      logger.info({ rebuildId }, error.message);
    } else if (this.stopping.signal.aborted) {
      logger.info(
        { rebuildId },
        'the rebuild of the read model is interrupted, it goes on at the next start',
      );
    } else if (error instanceof Cancelled) {
      await lease.transaction((tx) => lease.finish(tx, 'cancelled'));
      logger.info({ rebuildId }, 'the rebuild of the read model is cancelled');
    } else if (isPassing(error)) {
      throw error;
    } else {
      logger.error({ rebuildId, err: error }, 'the rebuild of the read model failed, the old table stays');
      await lease.transaction((tx) => lease.finish(tx, 'failed', publicReason(error)));
    }
  }
}

/** The database quotes values in its words; its code does not. */
function publicReason(error: unknown): string {
  if (error instanceof DriverException)
    return `PostgreSQL refused a statement (SQLSTATE ${error.code ?? 'unknown'})`;
  return errorForLog(error).message;
}
