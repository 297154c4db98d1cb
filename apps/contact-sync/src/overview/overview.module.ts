import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { type Configuration } from '#platform';
import { ReadModelPosition } from '#read-model';
import { AccountStandings, Figures, Runs } from '#sync';

import { CONFIGURATION } from '../injection-tokens.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { RelayLag } from '../publishing/relay-lag.js';
import { StandingModule } from '../standing/standing.module.js';
import { OverviewController } from './overview.controller.js';
import { Overview } from './overview.js';

/** How everything stands, in one look. */
@Module({
  imports: [StandingModule, PublishingModule, ProjectionModule],
  controllers: [OverviewController],
  providers: [
    {
      provide: Overview,
      inject: [SqlEntityManager, AccountStandings, Figures, Runs, ReadModelPosition, RelayLag, CONFIGURATION],
      useFactory: (
        em: SqlEntityManager,
        standings: AccountStandings,
        figures: Figures,
        runs: Runs,
        readModel: ReadModelPosition,
        relay: RelayLag,
        configuration: Configuration,
      ) =>
        new Overview(
          em,
          standings,
          figures,
          runs,
          readModel,
          relay,
          topicNames(configuration.KAFKA_TOPIC_PREFIX).events,
        ),
    },
  ],
})
export class OverviewModule {}
