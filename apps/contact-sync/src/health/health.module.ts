import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { ProjectQuota } from '#google-people';
import { type Configuration, DatabasePulse } from '#platform';
import { ReadModelPosition } from '#read-model';

import { CONFIGURATION } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { QuotaModule } from '../quota/quota.module.js';
import { RelayLag } from '../publishing/relay-lag.js';
import { DatabaseFigures } from './database-figures.js';
import { FailingWork } from './failing-work.js';
import { ANSWER_MS, HealthController } from './health.controller.js';
import { Metrics } from './metrics.js';
import { MetricsController } from './metrics.controller.js';

/** How the process is, for those who run it. */
@Module({
  // It would log each look that fails; what is away is logged where it is missed.
  imports: [TerminusModule.forRoot({ logger: false }), PublishingModule, ProjectionModule, QuotaModule],
  controllers: [HealthController, MetricsController],
  providers: [
    {
      provide: DatabaseFigures,
      inject: [SqlEntityManager, CONFIGURATION],
      useFactory: (em: SqlEntityManager, configuration: Configuration) =>
        new DatabaseFigures(em, topicNames(configuration.KAFKA_TOPIC_PREFIX).events),
    },
    {
      provide: DatabasePulse,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) => new DatabasePulse(configuration.DATABASE_URL, ANSWER_MS),
    },
    FailingWork,
    madeOf(Metrics, DatabaseFigures, RelayLag, ReadModelPosition, ProjectQuota),
  ],
})
export class HealthModule {}
