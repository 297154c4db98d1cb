import { hostname } from 'node:os';

import { type DynamicModule, type FactoryProvider, Module } from '@nestjs/common';
import { ConfigModule, registerAs } from '@nestjs/config';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { TerminusModule } from '@nestjs/terminus';
import { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import {
  ContactHistory,
  ContactQueries,
  DeadLetterReplay,
  DeadLetterTable,
  TopicFeedGauge,
  LogFeedGauge,
  ContactProjectionHandler,
  ReadModelProgress,
  RebuildRequests,
  RebuildWorker,
  Verification,
} from '#read-model';
import { topicNames } from '#contact-events';
import { RelayGauge } from '#publishing';
import { GooglePeopleSources, GoogleSignIn } from '#google-people';
import { type Configuration, Notifications, readConfiguration } from '#platform';
import {
  AccountLock,
  QuarantineEntries,
  DryRunSyncHandler,
  ReplayQuarantinedHandler,
  ResolveHeldDeletionsHandler,
  RunQueue,
  SyncDependencies,
  RunSyncHandler,
  RunWorker,
  SyncScheduler,
  CancelRunHandler,
  DiscardQuarantinedHandler,
  HeldDeletions,
  Runs,
  SyncLists,
} from '#sync';
import {
  AccountGrants,
  Accounts,
  BeginSignInHandler,
  CompleteSignInHandler,
  ConnectAccountHandler,
  RefreshTokenVault,
} from '#accounts';
import { type Logger } from 'pino';

import { AccountsController } from './accounts/accounts.controller.js';
import { GoogleSignInController } from './accounts/google-sign-in.controller.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { AsyncApiController } from './events/asyncapi.controller.js';
import { DeadLettersController } from './trouble/dead-letters.controller.js';
import { EventsController } from './events/events.controller.js';
import { SchemasController } from './events/schemas.controller.js';
import { HealthController } from './health/health.controller.js';
import { DatabaseFigures } from './health/database-figures.js';
import { Metrics } from './health/metrics.js';
import { MetricsController } from './health/metrics.controller.js';
import { googleClientSettings } from './accounts/google-settings.js';
import { hasKafka } from '#kafka';
import { PlatformModule } from './platform.module.js';
import { EventLog } from './projection/event-log.js';
import { ProjectionsController } from './projection/projections.controller.js';
import { QuarantineController } from './trouble/quarantine.controller.js';
import { readingSide } from './projection/reading-side.js';
import { Roles } from './roles.js';
import { RelayLag } from './publishing/relay-lag.js';
import { HeldDeletionsController } from './sync/held-deletions.controller.js';
import { RunSyncController } from './sync/run-sync.controller.js';
import { RunsController } from './sync/runs.controller.js';
import { SyncStatusController } from './sync/sync-status.controller.js';
import { SyncTimes } from './sync/sync-times.js';
import { CONFIGURATION, LOGGER } from './injection-tokens.js';
import { VerifyController } from './projection/verify.controller.js';

/** Names this process in leases, for people who look. */
const THIS_PROCESS = `${hostname()}:${process.pid}`;

/** The way of a contact, in its order: Google, sync, log, relay, feed, read model, REST. */
@Module({
  imports: [PlatformModule, CqrsModule.forRoot(), ScheduleModule.forRoot(), TerminusModule],
  controllers: [
    RunSyncController,
    SyncStatusController,
    RunsController,
    HeldDeletionsController,
    QuarantineController,
    DeadLettersController,
    ContactsController,
    AsyncApiController,
    EventsController,
    SchemasController,
    ProjectionsController,
    VerifyController,
    AccountsController,
    GoogleSignInController,
    HealthController,
    MetricsController,
  ],
  providers: [
    {
      provide: GooglePeopleSources,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) =>
        new GooglePeopleSources(googleClientSettings(configuration), configuration.SYNC_PAGE_SIZE),
    },
    {
      provide: GoogleSignIn,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) =>
        new GoogleSignIn(
          googleClientSettings(configuration),
          `${configuration.PUBLIC_URL}/api/auth/google/callback`,
        ),
    },
    BeginSignInHandler,
    CompleteSignInHandler,
    ConnectAccountHandler,
    CancelRunHandler,
    DiscardQuarantinedHandler,
    onDatabase(Accounts),
    onDatabase(Runs),
    onDatabase(SyncLists),
    onDatabase(HeldDeletions),
    {
      provide: RefreshTokenVault,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) => new RefreshTokenVault(configuration.ENCRYPTION_KEY),
    },
    {
      provide: AccountGrants,
      inject: [SqlEntityManager, RefreshTokenVault],
      useFactory: (em: SqlEntityManager, vault: RefreshTokenVault) => new AccountGrants(em, vault),
    },
    {
      provide: RunQueue,
      inject: [SqlEntityManager, Notifications],
      useFactory: (em: SqlEntityManager, notifications: Notifications) => new RunQueue(em, notifications),
    },
    RunSyncHandler,
    {
      provide: SyncDependencies,
      inject: [SqlEntityManager, AccountGrants, GooglePeopleSources, CONFIGURATION, LOGGER],
      useFactory: (
        em: SqlEntityManager,
        grants: AccountGrants,
        sources: GooglePeopleSources,
        configuration: Configuration,
        log: Logger,
      ) => new SyncDependencies(em, grants, sources, configuration.DELETION_GUARD, log),
    },
    {
      provide: AccountLock,
      inject: [SqlEntityManager, LOGGER],
      useFactory: (em: SqlEntityManager, log: Logger) => new AccountLock(em, THIS_PROCESS, log),
    },
    DryRunSyncHandler,
    ResolveHeldDeletionsHandler,
    ReplayQuarantinedHandler,
    onDatabase(QuarantineEntries),
    {
      provide: RunWorker,
      inject: [SyncDependencies, Notifications],
      useFactory: (resources: SyncDependencies, notifications: Notifications) =>
        new RunWorker(resources, notifications, THIS_PROCESS),
    },
    {
      provide: SyncScheduler,
      inject: [SqlEntityManager, RunQueue, CONFIGURATION, LOGGER],
      useFactory: (em: SqlEntityManager, queue: RunQueue, configuration: Configuration, log: Logger) =>
        new SyncScheduler(
          em,
          queue,
          { intervalMs: configuration.SYNC_INTERVAL, fullIntervalMs: configuration.FULL_SYNC_INTERVAL },
          log,
        ),
    },
    {
      provide: SyncTimes,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) =>
        new SyncTimes(configuration.SYNC_INTERVAL, configuration.FULL_SYNC_INTERVAL),
    },
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
      provide: ReadModelProgress,
      inject: [SqlEntityManager, CONFIGURATION, Notifications],
      useFactory: (em: SqlEntityManager, configuration: Configuration, notifications: Notifications) =>
        new ReadModelProgress(
          em,
          hasKafka(configuration)
            ? new TopicFeedGauge(em, configuration.KAFKA_TOPIC_PREFIX)
            : new LogFeedGauge(em),
          notifications,
        ),
    },
    EventLog,
    onDatabase(RebuildRequests),
    {
      provide: RebuildWorker,
      inject: [SqlEntityManager, EventLog, ReadModelProgress, Notifications, LOGGER],
      useFactory: (
        em: SqlEntityManager,
        eventLog: EventLog,
        progress: ReadModelProgress,
        notifications: Notifications,
        logger: Logger,
      ) => new RebuildWorker({ em, log: eventLog, progress, logger }, notifications, THIS_PROCESS),
    },
    {
      provide: Verification,
      inject: [SqlEntityManager, EventLog, ReadModelProgress],
      useFactory: (em: SqlEntityManager, eventLog: EventLog, progress: ReadModelProgress) =>
        new Verification(em, eventLog, progress),
    },
    onDatabase(DeadLetterTable),
    {
      provide: DeadLetterReplay,
      inject: [SqlEntityManager],
      useFactory: (em: SqlEntityManager) => new DeadLetterReplay(em, new ContactProjectionHandler(em)),
    },
    {
      provide: Metrics,
      inject: [SqlEntityManager, RelayLag, ReadModelProgress],
      useFactory: (em: SqlEntityManager, relay: RelayLag, readModel: ReadModelProgress) =>
        new Metrics(new DatabaseFigures(em), relay, readModel),
    },
    onDatabase(ContactQueries),
    onDatabase(ContactHistory),
    {
      provide: Roles,
      inject: [
        CONFIGURATION,
        LOGGER,
        MikroORM,
        Notifications,
        CommandBus,
        RunQueue,
        RunWorker,
        AccountLock,
        SyncScheduler,
        SchedulerRegistry,
        RebuildWorker,
      ],
      useFactory: async (
        configuration: Configuration,
        log: Logger,
        orm: MikroORM,
        notifications: Notifications,
        commands: CommandBus,
        queue: RunQueue,
        worker: RunWorker,
        lock: AccountLock,
        scheduler: SyncScheduler,
        registry: SchedulerRegistry,
        rebuilds: RebuildWorker,
      ) =>
        new Roles({
          configuration,
          log,
          orm,
          notifications,
          commands,
          queue,
          worker,
          lock,
          scheduler,
          registry,
          rebuilds,
          projection: new ContactProjectionHandler(orm.em),
          ...(await readingSide(configuration, THIS_PROCESS, orm.em, notifications, log)),
        }),
    },
  ],
})
export class AppModule {
  /** @param environment in place of the process's own and of `.env` */
  static configured(environment?: Readonly<Record<string, string>>): DynamicModule {
    const configuration = registerAs('contactstream', () => readConfiguration(environment ?? process.env));
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          load: [configuration],
          ignoreEnvFile: environment !== undefined,
        }),
      ],
    };
  }
}

/** What needs the database and nothing else. */
function onDatabase<T>(type: new (em: SqlEntityManager) => T): FactoryProvider<T> {
  return { provide: type, inject: [SqlEntityManager], useFactory: (em: SqlEntityManager) => new type(em) };
}
