import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { ReadModelPosition } from '#read-model';
import { AccountStandings, Figures, Runs } from '#sync';

import { madeOf } from '../made-of.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { RelayLag } from '../publishing/relay-lag.js';
import { StandingModule } from '../standing/standing.module.js';
import { Troubles } from '../standing/troubles.js';
import { OverviewController } from './overview.controller.js';
import { Overview } from './overview.js';

/** How everything stands, in one look. */
@Module({
  imports: [StandingModule, PublishingModule, ProjectionModule],
  controllers: [OverviewController],
  providers: [
    madeOf(
      Overview,
      SqlEntityManager,
      AccountStandings,
      Figures,
      Runs,
      ReadModelPosition,
      RelayLag,
      Troubles,
    ),
  ],
})
export class OverviewModule {}
