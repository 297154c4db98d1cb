import { type BeforeApplicationShutdown, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { RemoveOldEntriesCommand, RemoveOldEntriesHandler } from '#audit';
import { topicNames } from '#contact-events';
import { hasKafka } from '#kafka';
import { type Configuration } from '#platform';
import {
  RemoveOldRecordsCommand,
  RemoveOldRecordsHandler,
  RemoveToldEventsCommand,
  RemoveToldEventsHandler,
  UnsentEvents,
} from '#publishing';
import {
  LogReaders,
  RemoveDeletedDetailsCommand,
  RemoveDeletedDetailsHandler,
  RemoveOldLettersCommand,
  RemoveOldLettersHandler,
} from '#read-model';
import {
  LetGoOldHeldCommand,
  LetGoOldHeldHandler,
  RemoveOldFiguresCommand,
  RemoveOldFiguresHandler,
  RemoveOldPayloadsCommand,
  RemoveOldPayloadsHandler,
  RemoveOldRunsCommand,
  RemoveOldRunsHandler,
} from '#sync';
import { type Logger } from 'pino';

import { CONFIGURATION, LOGGER, PROCESS_NAME } from '../injection-tokens.js';
import { RelayedEvents } from './relayed-events.js';
import { type Retention, RetentionSchedule } from './retention-schedule.js';

/** Removes what has been kept for as long as RETENTION_… says. */
@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [
    {
      provide: LogReaders,
      inject: [SqlEntityManager, CONFIGURATION],
      useFactory: (em: SqlEntityManager, configuration: Configuration): LogReaders =>
        hasKafka(configuration)
          ? new RelayedEvents(new UnsentEvents(em, topicNames(configuration.KAFKA_TOPIC_PREFIX).events))
          : { passed: () => Promise.resolve(() => true) },
    },
    RemoveDeletedDetailsHandler,
    RemoveOldPayloadsHandler,
    RemoveOldLettersHandler,
    RemoveOldRecordsHandler,
    RemoveToldEventsHandler,
    RemoveOldRunsHandler,
    RemoveOldFiguresHandler,
    LetGoOldHeldHandler,
    RemoveOldEntriesHandler,
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

/** Figures are of a day, and of the half hour with which it begins. */
const FIGURES_KEPT_MS = 25 * 3_600_000;

function retentionsOf(configuration: Configuration): Retention[] {
  const {
    RETENTION_DELETED_CONTACTS: deleted,
    RETENTION_QUARANTINE: quarantine,
    RETENTION_DEAD_LETTERS: letters,
    RETENTION_RUNS: runs,
    RETENTION_HELD_DELETIONS: held,
    RETENTION_AUDIT: audit,
  } = configuration;
  const accountsRelay = hasKafka(configuration)
    ? topicNames(configuration.KAFKA_TOPIC_PREFIX).accounts
    : null;
  return [
    {
      what: 'details of deleted contacts',
      keptMs: deleted,
      remove: (before, signal) => new RemoveDeletedDetailsCommand(before, signal),
    },
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
      what: 'held deletions that nobody has decided on',
      keptMs: held,
      remove: (before, signal) => new LetGoOldHeldCommand(before, signal),
    },
    {
      what: 'audit entries',
      keptMs: audit,
      remove: (before, signal) => new RemoveOldEntriesCommand(before, signal),
    },
    {
      what: 'runs that are over',
      keptMs: runs,
      remove: (before, signal) => new RemoveOldRunsCommand(before, signal),
    },
    {
      what: "events of accounts' lives from before they were connected again",
      keptMs: 0,
      remove: () => new RemoveToldEventsCommand(accountsRelay),
    },
    {
      what: 'figures of half hours',
      keptMs: FIGURES_KEPT_MS,
      remove: (before, signal) => new RemoveOldFiguresCommand(before, signal),
    },
  ];
}
