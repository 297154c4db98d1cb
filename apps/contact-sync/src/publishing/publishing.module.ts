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
import { type AccountRelay, AccountRelayGauge, type Relay, RelayGauge } from '#publishing';
import { type Logger } from 'pino';

import { CONFIGURATION, LOGGER, PROCESS_NAME, RELAYS } from '../injection-tokens.js';
import { openRelays } from './open-relays.js';
import { RelayLag } from './relay-lag.js';

/** Notes how far Kafka has the log. */
const KAFKA_MARKER = Symbol('kafka marker');

/** The logs go out to Kafka by the relays, in the processes with their role. */
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
          hasKafka(configuration)
            ? new AccountRelayGauge(em, topicNames(configuration.KAFKA_TOPIC_PREFIX).accounts)
            : null,
        ),
    },
    {
      provide: RELAYS,
      inject: [CONFIGURATION, PROCESS_NAME, SqlEntityManager, Notifications, LOGGER],
      useFactory: openRelays,
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
    @Inject(RELAYS) private readonly relays: readonly (Relay | AccountRelay)[],
    @Inject(KAFKA_MARKER) private readonly marker: LogMarker,
  ) {}

  onApplicationBootstrap(): void {
    if (this.relays.length === 0) return;
    for (const relay of this.relays) relay.start();
    this.marker.start();
  }

  /** Begins to stop; a send in flight may take seconds, and the projection is ended meanwhile. */
  beforeApplicationShutdown(): void {
    if (this.relays.length === 0) return;
    const working = [...this.relays, this.marker];
    this.stopped = Promise.all(working.map((one) => one.stop())).then(() => undefined);
    // Awaited below, but it may fail before that.
    this.stopped.catch(() => undefined);
  }

  /** Before the database is closed, which comes last. */
  async onApplicationShutdown(): Promise<void> {
    await this.stopped;
  }
}
