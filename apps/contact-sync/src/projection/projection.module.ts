import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { LogMarker } from '#event-store';
import { hasKafka, KafkaAccountTraces, kafkaSettings, partitionOfKey } from '#kafka';
import { ErasureVerification } from '#offboarding';
import { type Configuration, Notifications } from '#platform';
import { RelayedPartitions } from '#publishing';
import {
  CancelRebuildHandler,
  ContactProjectionHandler,
  LogFeedGauge,
  ReadModelPosition,
  Rebuilds,
  RebuildWorker,
  RequestRebuildHandler,
  TopicFeedGauge,
  Verification,
} from '#read-model';
import { SnapshotComparison } from '#sync';
import { type Logger } from 'pino';

import { CONFIGURATION, LOGGER, PROCESS_NAME } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { contactFeeds } from './contact-feed.js';
import { ProjectionsController } from './projections.controller.js';
import { VerifyController } from './verify.controller.js';

/** Notes how far the read model has the log. */
const READ_MODEL_MARKER = Symbol('read model marker');

/** The read model follows the feed and is rebuilt in the processes with the role `projector`. */
@Module({
  controllers: [ProjectionsController, VerifyController],
  providers: [
    {
      provide: ReadModelPosition,
      inject: [SqlEntityManager, CONFIGURATION, Notifications],
      useFactory: (em: SqlEntityManager, configuration: Configuration, notifications: Notifications) =>
        new ReadModelPosition(
          em,
          hasKafka(configuration)
            ? new TopicFeedGauge(
                em,
                new RelayedPartitions(em),
                configuration.KAFKA_TOPIC_PREFIX,
                partitionOfKey,
              )
            : new LogFeedGauge(em),
          notifications,
        ),
    },
    madeOf(Rebuilds, SqlEntityManager),
    RequestRebuildHandler,
    CancelRebuildHandler,
    {
      provide: RebuildWorker,
      inject: [SqlEntityManager, ReadModelPosition, Notifications, LOGGER, PROCESS_NAME],
      useFactory: (
        em: SqlEntityManager,
        readModel: ReadModelPosition,
        notifications: Notifications,
        logger: Logger,
        owner: string,
      ) => new RebuildWorker({ em, readModel, logger }, notifications, owner),
    },
    {
      provide: READ_MODEL_MARKER,
      inject: [SqlEntityManager, ReadModelPosition, Notifications, LOGGER],
      useFactory: (
        em: SqlEntityManager,
        readModel: ReadModelPosition,
        notifications: Notifications,
        log: Logger,
      ) => new LogMarker(em, 'read-model', () => readModel.position(), notifications, log),
    },
    madeOf(SnapshotComparison),
    madeOf(Verification, SqlEntityManager, ReadModelPosition, SnapshotComparison),
    {
      provide: ErasureVerification,
      inject: [SqlEntityManager, CONFIGURATION, LOGGER],
      useFactory: (em: SqlEntityManager, configuration: Configuration, log: Logger) =>
        new ErasureVerification(
          em,
          hasKafka(configuration) ? new KafkaAccountTraces(kafkaSettings(configuration), log) : null,
        ),
    },
  ],
  exports: [ReadModelPosition, Rebuilds],
})
export class ProjectionModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private following: readonly Promise<void>[] = [];

  constructor(
    private readonly em: SqlEntityManager,
    private readonly notifications: Notifications,
    private readonly rebuilds: RebuildWorker,
    @Inject(READ_MODEL_MARKER) private readonly marker: LogMarker,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    const { configuration, em, notifications, log } = this;
    if (!configuration.ROLES.has('projector')) return;
    const projection = new ContactProjectionHandler(em);
    this.following = contactFeeds(configuration, em, notifications, log).map((feed) =>
      feed.follow(projection, this.stopping.signal),
    );
    this.rebuilds.start();
    this.marker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.rebuilds.stop(), this.marker.stop(), ...this.following]);
  }
}
