import {
  type BeforeApplicationShutdown,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { LogMarker } from '#event-store';
import { hasKafka } from '#kafka';
import { type Configuration, Notifications } from '#platform';
import { type Relay, RelayGauge } from '#publishing';
import { type Logger } from 'pino';

import { CONFIGURATION, LOGGER, PROCESS_NAME, RELAY } from '../injection-tokens.js';
import { openRelay } from './open-relay.js';
import { RelayLag } from './relay-lag.js';

/** Notes how far Kafka has the log. */
const KAFKA_MARKER = Symbol('kafka marker');

/** The log goes out to Kafka by the relay, in the processes with its role. */
@Module({
  providers: [
    {
      provide: RelayLag,
      inject: [SqlEntityManager, CONFIGURATION],
      useFactory: (em: SqlEntityManager, configuration: Configuration) =>
        new RelayLag(
          hasKafka(configuration)
            ? new RelayGauge(em, topicNames(configuration.KAFKA_TOPIC_PREFIX).events)
            : null,
        ),
    },
    {
      provide: RELAY,
      inject: [CONFIGURATION, PROCESS_NAME, SqlEntityManager, Notifications, LOGGER],
      useFactory: openRelay,
    },
    {
      provide: KAFKA_MARKER,
      inject: [SqlEntityManager, CONFIGURATION, Notifications, LOGGER],
      useFactory: (
        em: SqlEntityManager,
        configuration: Configuration,
        notifications: Notifications,
        log: Logger,
      ) => {
        const relay = new RelayGauge(em, topicNames(configuration.KAFKA_TOPIC_PREFIX).events);
        return new LogMarker(em, 'kafka', () => relay.position(), notifications, log);
      },
    },
  ],
  exports: [RelayLag],
})
export class PublishingModule
  implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  private stopped: Promise<void> = Promise.resolve();

  constructor(
    @Inject(RELAY) private readonly relay: Relay | null,
    @Inject(KAFKA_MARKER) private readonly marker: LogMarker,
  ) {}

  onApplicationBootstrap(): void {
    if (this.relay === null) return;
    this.relay.start();
    this.marker.start();
  }

  /** Begins to stop; a send in flight may take seconds, and the projection is ended meanwhile. */
  beforeApplicationShutdown(): void {
    if (this.relay === null) return;
    this.stopped = Promise.all([this.relay.stop(), this.marker.stop()]).then(() => undefined);
    // Awaited below, but it may fail before that.
    this.stopped.catch(() => undefined);
  }

  /** Before the database is closed, which comes last. */
  async onApplicationShutdown(): Promise<void> {
    await this.stopped;
  }
}
