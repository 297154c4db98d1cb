import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { type Configuration } from '#platform';
import { RemoveOldRecordsCommand, RemoveOldRecordsHandler } from '#publishing';
import { RemoveOldLettersCommand, RemoveOldLettersHandler } from '#read-model';
import {
  RemoveOldPayloadsCommand,
  RemoveOldPayloadsHandler,
  RemoveOldRunsCommand,
  RemoveOldRunsHandler,
} from '#sync';
import { type Logger } from 'pino';

import { CONFIGURATION, LOGGER, PROCESS_NAME } from '../injection-tokens.js';
import { type Retention, RetentionSchedule } from './retention-schedule.js';

/** Removes what has been kept for as long as RETENTION_… says. */
@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [
    RemoveOldPayloadsHandler,
    RemoveOldLettersHandler,
    RemoveOldRecordsHandler,
    RemoveOldRunsHandler,
    {
      provide: RetentionSchedule,
      inject: [CONFIGURATION, CommandBus, SchedulerRegistry, SqlEntityManager, PROCESS_NAME, LOGGER],
      useFactory: (
        configuration: Configuration,
        commands: CommandBus,
        registry: SchedulerRegistry,
        em: SqlEntityManager,
        owner: string,
        log: Logger,
      ) => new RetentionSchedule(retentionsOf(configuration), commands, registry, em, owner, log),
    },
  ],
})
export class RetentionModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(private readonly schedule: RetentionSchedule) {}

  onApplicationBootstrap(): void {
    this.schedule.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.schedule.stop();
  }
}

function retentionsOf(configuration: Configuration): Retention[] {
  const {
    RETENTION_QUARANTINE: quarantine,
    RETENTION_DEAD_LETTERS: letters,
    RETENTION_RUNS: runs,
  } = configuration;
  return [
    {
      what: 'payloads of closed quarantine entries',
      keptMs: quarantine,
      remove: (before, signal) => new RemoveOldPayloadsCommand(before, signal),
    },
    {
      what: 'closed dead letters',
      keptMs: letters,
      remove: (before, signal) => new RemoveOldLettersCommand(before, signal),
    },
    {
      what: 'closed dead letters of records that Kafka refused',
      keptMs: letters,
      remove: (before, signal) => new RemoveOldRecordsCommand(before, signal),
    },
    {
      what: 'runs that are over',
      keptMs: runs,
      remove: (before, signal) => new RemoveOldRunsCommand(before, signal),
    },
  ];
}
