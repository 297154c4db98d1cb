import { DriverException } from '@mikro-orm/postgresql';
import { type Notifications } from '#platform';

import { POLL_MS, sayThatItFollows } from './followers.sql.js';
import { ContactsRebuild, type RebuildParts } from './rebuild-contacts.js';
import { RebuildLease, RebuildLost } from './rebuild-lease.js';

/** SQLSTATEs that pass by themselves: connection, conflict, lock, shutdown, too many connections. */
const PASSING = /^(?:08|40|55P03|57|53300)/;
const SQLSTATE = /^[\dA-Z]{5}$/;

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

  constructor(
    private readonly parts: RebuildParts,
    private readonly notifications: Pick<Notifications, 'next' | 'subscribe'>,
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
    while (!signal.aborted) {
      // Subscribed before the look, so that a rebuild asked for between the two is not missed.
      const woken = this.notifications.next('contactstream_rebuilds', POLL_MS, signal);
      try {
        await sayThatItFollows(em);
        const lease = await RebuildLease.take(em, this.owner);
        if (lease !== null) await this.rebuild(lease);
      } catch (error) {
        logger.error({ err: error }, 'rebuilds of the read model cannot be worked on, trying again');
      }
      await woken;
    }
  }

  private async rebuild(lease: RebuildLease): Promise<void> {
    const { logger } = this.parts;
    const { rebuildId } = lease;
    const begun = lease.state === 'queued' ? 'begins' : 'goes on';
    logger.info({ rebuildId, state: lease.state }, `the rebuild of the read model ${begun}`);
    try {
      await this.whileRenewing(lease, (signal) => new ContactsRebuild(this.parts, lease, signal).run());
      logger.info({ rebuildId }, 'the read model is rebuilt');
    } catch (error) {
      await this.settle(lease, error);
    }
  }

  /** @param work its signal aborts when the lease is lost, the rebuild is cancelled, or this process stops */
  private async whileRenewing(
    lease: RebuildLease,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const ended = new AbortController();
    if (lease.cancelRequested) ended.abort(new Cancelled('The rebuild is cancelled'));
    let renewing = Promise.resolve();
    const renew = (): void => {
      renewing = renewing
        .then(() => lease.renew())
        .then(
          (cancelRequested) => {
            if (cancelRequested) ended.abort(new Cancelled('The rebuild is cancelled'));
          },
          (error: unknown) => {
            if (error instanceof RebuildLost) ended.abort(error);
            else
              this.parts.logger.warn({ err: error }, 'the rebuild could not renew its lease, trying again');
          },
        );
    };
    const renewal = setInterval(renew, RebuildLease.renewMs);
    const unsubscribe = this.notifications.subscribe('contactstream_rebuilds', renew);
    try {
      await work(AbortSignal.any([this.stopping.signal, ended.signal]));
    } catch (error) {
      // A step that was left on the signal may say so in words of its own.
      throw ended.signal.aborted ? ended.signal.reason : error;
    } finally {
      clearInterval(renewal);
      unsubscribe();
      await renewing;
    }
  }

  private async settle(lease: RebuildLease, error: unknown): Promise<void> {
    const { logger } = this.parts;
    const { rebuildId } = lease;
    if (error instanceof RebuildLost) {
      logger.info({ rebuildId }, error.message);
    } else if (this.stopping.signal.aborted) {
      logger.info(
        { rebuildId },
        'the rebuild of the read model is interrupted, it goes on at the next start',
      );
      await lease.release();
    } else if (error instanceof Cancelled) {
      await lease.transaction((tx) => lease.finish(tx, 'cancelled'));
      logger.info({ rebuildId }, 'the rebuild of the read model is cancelled');
    } else if (passes(error)) {
      await lease.release();
      throw error;
    } else {
      logger.error({ rebuildId, err: error }, 'the rebuild of the read model failed, the old table stays');
      await lease.transaction((tx) => lease.finish(tx, 'failed', publicReason(error)));
    }
  }
}

/** Whether it is about the database's state and not about what was asked of it. */
function passes(error: unknown): boolean {
  if (!(error instanceof DriverException)) return false;
  return error.code === undefined || !SQLSTATE.test(error.code) || PASSING.test(error.code);
}

/** The database quotes values in its words; its code does not. */
function publicReason(error: unknown): string {
  if (error instanceof DriverException)
    return `PostgreSQL refused a statement (SQLSTATE ${error.code ?? 'unknown'})`;
  return error instanceof Error ? error.message : 'not an error';
}
