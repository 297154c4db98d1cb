import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { ReadModelProgress } from '#read-model';

import { madeOf } from '../made-of.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { RelayLag } from '../publishing/relay-lag.js';
import { DatabaseFigures } from './database-figures.js';
import { HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';

/** How the process is, for those who run it. */
@Module({
  imports: [TerminusModule, PublishingModule, ProjectionModule],
  controllers: [HealthController, MetricsController],
  providers: [
    madeOf(DatabaseFigures, SqlEntityManager),
    madeOf(Metrics, DatabaseFigures, RelayLag, ReadModelProgress),
  ],
})
export class HealthModule {}
