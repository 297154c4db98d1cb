import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { GrantKeys, RefreshTokenVault } from '#accounts';
import { topicNames } from '#contact-events';
import { hasKafka, KafkaObserver, kafkaSettings } from '#kafka';
import { type Configuration } from '#platform';
import { ReadModelPosition } from '#read-model';
import { type Logger } from 'pino';

import { googleClientSettings } from '../accounts/google-settings.js';
import { CONFIGURATION, LOGGER } from '../injection-tokens.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { RelayLag } from '../publishing/relay-lag.js';
import { StandingModule } from '../standing/standing.module.js';
import { Troubles } from '../standing/troubles.js';
import { DiskExamination } from './disk.examination.js';
import { DoctorController } from './doctor.controller.js';
import { type Examination, EXAMINATIONS } from './examination.js';
import { GoogleExamination, GoogleOutcomesExamination } from './google.examination.js';
import { KafkaExamination } from './kafka.examination.js';
import { KeysExamination } from './keys.examination.js';
import { PostgresExamination } from './postgres.examination.js';
import { ProcessesExamination } from './processes.examination.js';
import { RolesExamination } from './roles.examination.js';
import { SchemaExamination } from './schema.examination.js';
import { WaitingExamination } from './waiting.examination.js';

/** What is wrong with an installation. */
@Module({
  imports: [ProjectionModule, PublishingModule, StandingModule],
  controllers: [DoctorController],
  providers: [
    {
      provide: EXAMINATIONS,
      inject: [SqlEntityManager, CONFIGURATION, LOGGER, RelayLag, ReadModelPosition, Troubles],
      useFactory: (
        em: SqlEntityManager,
        configuration: Configuration,
        log: Logger,
        relay: RelayLag,
        readModel: ReadModelPosition,
        troubles: Troubles,
      ): Examination[] => [
        new PostgresExamination(em, configuration),
        new SchemaExamination(em),
        new KeysExamination(new GrantKeys(em, new RefreshTokenVault(configuration.ENCRYPTION_KEY))),
        new KafkaExamination(
          hasKafka(configuration) ? new KafkaObserver(kafkaSettings(configuration), log) : null,
          configuration.KAFKA_BROKERS.join(','),
        ),
        new GoogleExamination(googleClientSettings(configuration)),
        new GoogleOutcomesExamination(em),
        new RolesExamination(em, relay, readModel, topicNames(configuration.KAFKA_TOPIC_PREFIX).events),
        new ProcessesExamination(em),
        new WaitingExamination(troubles),
        new DiskExamination(configuration),
      ],
    },
  ],
})
export class DoctorModule {}
