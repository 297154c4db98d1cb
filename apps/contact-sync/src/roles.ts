import { setTimeout as delay } from 'node:timers/promises';

import {
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type SchedulerRegistry } from '@nestjs/schedule';
import { type MikroORM } from '@mikro-orm/postgresql';
import { type ContactFeed, type ContactProjectionHandler, type RebuildWorker } from '#read-model';
import { type Relay } from '#publishing';
import { type Configuration, type Notifications } from '#platform';
import { type AccountLock, type RunQueue, type RunWorker, type SyncScheduler } from '#sync';
import { type CommandBus } from '@nestjs/cqrs';
import { ConnectAccountCommand } from '#accounts';
import { CronJob } from 'cron';
import { type Logger } from 'pino';

import { hasKafka } from '#kafka';

/** How often the schedule is looked at. */
const TICK_MS = 1_000;

/** How long closing the database may take. */
const CLOSE_MS = 2_000;

/** The account that GOOGLE_REFRESH_TOKEN connects. */
const DEFAULT_ACCOUNT = 'default';

export interface RoleParts {
  readonly configuration: Configuration;
  readonly log: Logger;
  readonly orm: MikroORM;
  readonly notifications: Notifications;
  readonly commands: CommandBus;
  readonly queue: RunQueue;
  readonly worker: RunWorker;
  readonly lock: AccountLock;
  readonly scheduler: SyncScheduler;
  readonly registry: SchedulerRegistry;
  readonly feed: ContactFeed;
  readonly projection: ContactProjectionHandler;
  readonly rebuilds: RebuildWorker;
  /** null without Kafka. */
  readonly relay: Relay | null;
}

/** Starts the parts that ROLES names, and stops them in the order that lets none miss the other. */
export class Roles implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly reading = new AbortController();
  private following: Promise<void> = Promise.resolve();
  private ticking: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RoleParts) {}

  async onApplicationBootstrap(): Promise<void> {
    const { configuration, commands, worker, feed, projection, rebuilds, relay, log } = this.parts;
    this.sayWhichPartsAreInUse();
    if (configuration.GOOGLE_REFRESH_TOKEN !== undefined) {
      const { state } = await commands.execute(
        new ConnectAccountCommand({
          name: DEFAULT_ACCOUNT,
          refreshToken: configuration.GOOGLE_REFRESH_TOKEN,
        }),
      );
      if (state !== 'connected') {
        log.warn('Google has refused this GOOGLE_REFRESH_TOKEN before: give a new one, or sign in');
      }
    }
    if (configuration.ROLES.has('scheduler')) {
      worker.start();
      this.schedule();
    }
    if (configuration.ROLES.has('relay')) relay?.start();
    if (configuration.ROLES.has('projector')) {
      this.following = feed.follow(projection, this.reading.signal);
      rebuilds.start();
    }
  }

  /** Running pages are committed and leases given back before anything else goes away. */
  async beforeApplicationShutdown(): Promise<void> {
    const { queue, worker, lock, rebuilds, relay, log } = this.parts;
    log.info('stopping');
    this.stopping.abort();
    queue.stopWaiting();
    await Promise.all([worker.stop(), lock.stop(), this.ticking]);
    this.reading.abort();
    await Promise.all([relay?.stop(), rebuilds.stop(), this.following]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.notifications.stop();
    // A request that is still being answered may hold a connection; it must not keep the process.
    const grace = new AbortController();
    await Promise.race([
      this.parts.orm.close(),
      delay(CLOSE_MS, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
    this.parts.log.info('stopped');
  }

  private schedule(): void {
    const { configuration, registry } = this.parts;
    if (configuration.SYNC_CRON !== undefined) {
      const job = CronJob.from({
        cronTime: configuration.SYNC_CRON,
        onTick: () => {
          this.tick(() => this.parts.scheduler.queueAll());
        },
        start: true,
      });
      registry.addCronJob('sync', job);
      return;
    }
    const tick = (): void => {
      this.tick(() => this.parts.scheduler.queueDue());
    };
    registry.addInterval('sync', setInterval(tick, TICK_MS));
  }

  /** One at a time, and none while stopping: a query must not meet a closing database. */
  private tick(queue: () => Promise<void>): void {
    if (this.stopping.signal.aborted) return;
    this.ticking = this.ticking.then(queue).catch((error: unknown) => {
      this.parts.log.error({ err: error }, 'scheduled syncs could not be queued, trying again');
    });
  }

  private sayWhichPartsAreInUse(): void {
    const { configuration, log } = this.parts;
    const database = new URL(configuration.DATABASE_URL);
    log.info(`PostgreSQL: ${database.host}${database.pathname}`);
    log.info(
      hasKafka(configuration)
        ? `Kafka: ${configuration.KAFKA_BROKERS.join(', ')}`
        : 'Kafka: none; the read model follows the event log',
    );
    log.info(`Google: ${configuration.PEOPLE_API_URL}`);
  }
}
