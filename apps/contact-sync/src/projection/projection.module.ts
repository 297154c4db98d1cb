import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { hasKafka } from '#kafka';
import { type Configuration, Notifications } from '#platform';
import {
  ContactProjectionHandler,
  LogFeedGauge,
  ReadModelProgress,
  RebuildRequests,
  RebuildWorker,
  TopicFeedGauge,
  Verification,
} from '#read-model';
import { type Logger } from 'pino';

import { CONFIGURATION, LOGGER, PROCESS_NAME } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { contactFeed } from './contact-feed.js';
import { EventLog } from './event-log.js';
import { ProjectionsController } from './projections.controller.js';
import { VerifyController } from './verify.controller.js';

/** The read model follows the feed and is rebuilt in the processes with the role `projector`. */
@Module({
  controllers: [ProjectionsController, VerifyController],
  providers: [
    EventLog,
    {
      provide: ReadModelProgress,
      inject: [SqlEntityManager, CONFIGURATION, Notifications],
      useFactory: (em: SqlEntityManager, configuration: Configuration, notifications: Notifications) =>
        new ReadModelProgress(
          em,
          hasKafka(configuration)
            ? new TopicFeedGauge(em, configuration.KAFKA_TOPIC_PREFIX)
            : new LogFeedGauge(em),
          notifications,
        ),
    },
    madeOf(RebuildRequests, SqlEntityManager),
    {
      provide: RebuildWorker,
      inject: [SqlEntityManager, EventLog, ReadModelProgress, Notifications, LOGGER, PROCESS_NAME],
      useFactory: (
        em: SqlEntityManager,
        log: EventLog,
        progress: ReadModelProgress,
        notifications: Notifications,
        logger: Logger,
        owner: string,
      ) => new RebuildWorker({ em, log, progress, logger }, notifications, owner),
    },
    madeOf(Verification, SqlEntityManager, EventLog, ReadModelProgress),
  ],
  exports: [ReadModelProgress],
})
export class ProjectionModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private following: Promise<void> = Promise.resolve();

  constructor(
    private readonly em: SqlEntityManager,
    private readonly notifications: Notifications,
    private readonly rebuilds: RebuildWorker,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const { configuration, em, notifications, log } = this;
    if (!configuration.ROLES.has('projector')) return;
    const feed = contactFeed(configuration, em, notifications, log);
    this.following = feed.follow(new ContactProjectionHandler(em), this.stopping.signal);
    this.rebuilds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.rebuilds.stop(), this.following]);
  }
}
