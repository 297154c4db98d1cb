import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { lastPosition } from '#event-store';
import { type Configuration, Notifications } from '#platform';
import { ReadModelPosition } from '#read-model';
import { AccountStandings, Runs } from '#sync';
import { type Logger } from 'pino';

import { ServerSentModule } from '../http/server-sent/server-sent.module.js';
import { CONFIGURATION, LOGGER } from '../injection-tokens.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { RelayLag } from '../publishing/relay-lag.js';
import { StandingModule } from '../standing/standing.module.js';
import { AccountChanges } from './account-changes.js';
import { ChangeWatch } from './change-watch.js';
import { ChangesController } from './changes.controller.js';
import { LatestValue } from './latest-value.js';
import { RunChanges } from './run-changes.js';
import { troubleCounts } from './trouble-counts.sql.js';

const LAGS_EVERY_MS = 1_000;
const TROUBLE_EVERY_MS = 3_000;

/** What changes, told to those who watch. */
@Module({
  imports: [ServerSentModule, StandingModule, ProjectionModule, PublishingModule],
  controllers: [ChangesController],
  providers: [
    {
      provide: ChangeWatch,
      inject: [
        SqlEntityManager,
        Runs,
        AccountStandings,
        ReadModelPosition,
        RelayLag,
        CONFIGURATION,
        Notifications,
        LOGGER,
      ],
      useFactory: (
        em: SqlEntityManager,
        runs: Runs,
        standings: AccountStandings,
        readModel: ReadModelPosition,
        relayLag: RelayLag,
        configuration: Configuration,
        notifications: Notifications,
        log: Logger,
      ) => {
        const relay = topicNames(configuration.KAFKA_TOPIC_PREFIX).events;
        const sources = [
          new RunChanges(runs, notifications),
          new AccountChanges(standings),
          new LatestValue('lags', LAGS_EVERY_MS, () => lags(em, readModel, relayLag)),
          new LatestValue('trouble', TROUBLE_EVERY_MS, () => troubleCounts(em.fork(), relay)),
        ];
        return new ChangeWatch(sources, notifications, log);
      },
    },
  ],
})
export class ChangesModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly watch: ChangeWatch) {}

  onApplicationBootstrap(): void {
    this.watch.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.watch.stop();
  }
}

async function lags(em: SqlEntityManager, readModel: ReadModelPosition, relayLag: RelayLag): Promise<object> {
  const [log, position, lag, kafkaPosition, kafkaLag] = await Promise.all([
    lastPosition(em.fork()),
    readModel.position(),
    readModel.lag(),
    relayLag.position(),
    relayLag.lag(),
  ]);
  return {
    log: String(log),
    ...(kafkaPosition === undefined ? {} : { kafka: { position: String(kafkaPosition), lag: kafkaLag } }),
    readModel: { position: String(position), lag },
  };
}
