import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { AccountGrants } from '#accounts';
import { GooglePeopleSources } from '#google-people';
import { type Configuration, Notifications } from '#platform';
import {
  AccountLock,
  CancelRunHandler,
  DiscardQuarantinedHandler,
  DryRunSyncHandler,
  HeldDecisions,
  QuarantineEntries,
  ReplayPreviews,
  ReplayQuarantinedHandler,
  ResolveHeldDeletionsHandler,
  RunQueue,
  RunSyncHandler,
  RunTimings,
  RunWatch,
  RunWorker,
  SyncDependencies,
  SyncScheduler,
} from '#sync';
import { type Logger } from 'pino';

import { AccountsModule } from '../accounts/accounts.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { ServerSentModule } from '../http/server-sent/server-sent.module.js';
import { CONFIGURATION, LOGGER, PROCESS_NAME } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { PublishingModule } from '../publishing/publishing.module.js';
import { QuotaModule } from '../quota/quota.module.js';
import { StandingModule } from '../standing/standing.module.js';
import { syncInterval } from '../standing/sync-times.js';
import { HeldDeletionsController } from './held-deletions.controller.js';
import { RunSyncController } from './run-sync.controller.js';
import { RunProgressController } from './run-progress.controller.js';
import { RunTimingsController } from './run-timings.controller.js';
import { RunsController } from './runs.controller.js';
import { ReachedPositions } from './reached-positions.js';
import { SyncSchedule } from './sync-schedule.js';
import { SyncStatusController } from './sync-status.controller.js';

/** Runs are asked for everywhere; the processes with the role `scheduler` work them off, and queue those that are due. */
@Module({
  imports: [
    AccountsModule,
    QuotaModule,
    ContactsModule,
    StandingModule,
    PublishingModule,
    ProjectionModule,
    ServerSentModule,
    ScheduleModule.forRoot(),
  ],
  controllers: [
    RunSyncController,
    SyncStatusController,
    RunsController,
    RunProgressController,
    RunTimingsController,
    HeldDeletionsController,
  ],
  providers: [
    madeOf(RunQueue, SqlEntityManager, Notifications),
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
    madeOf(AccountLock, SqlEntityManager, PROCESS_NAME, LOGGER),
    madeOf(QuarantineEntries, SqlEntityManager),
    madeOf(ReplayPreviews, SqlEntityManager),
    ReachedPositions,
    madeOf(RunTimings, SqlEntityManager),
    madeOf(HeldDecisions, SqlEntityManager),
    madeOf(RunWatch, SqlEntityManager, Notifications, LOGGER),
    RunSyncHandler,
    CancelRunHandler,
    DryRunSyncHandler,
    ResolveHeldDeletionsHandler,
    ReplayQuarantinedHandler,
    DiscardQuarantinedHandler,
    {
      provide: RunWorker,
      inject: [SyncDependencies, Notifications, PROCESS_NAME, CONFIGURATION],
      useFactory: (
        dependencies: SyncDependencies,
        notifications: Notifications,
        owner: string,
        { SYNC_CONCURRENCY: concurrency }: Configuration,
      ) => new RunWorker(dependencies, notifications, { owner, concurrency }),
    },
    {
      provide: SyncSchedule,
      inject: [SqlEntityManager, RunQueue, SchedulerRegistry, CONFIGURATION, LOGGER],
      useFactory: (
        em: SqlEntityManager,
        queue: RunQueue,
        registry: SchedulerRegistry,
        configuration: Configuration,
        log: Logger,
      ) => {
        const { FULL_SYNC_INTERVAL: fullIntervalMs, SYNC_CRON: cron } = configuration;
        const times = { ...syncInterval(configuration), fullIntervalMs, byCron: cron !== undefined };
        return new SyncSchedule(new SyncScheduler(em, queue, times, log), registry, cron, log);
      },
    },
  ],
  exports: [QuarantineEntries, ReplayPreviews],
})
export class SyncModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly queue: RunQueue,
    private readonly worker: RunWorker,
    private readonly watch: RunWatch,
    private readonly lock: AccountLock,
    private readonly schedule: SyncSchedule,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  onApplicationBootstrap(): void {
    this.watch.start();
    if (!this.configuration.ROLES.has('scheduler')) return;
    this.worker.start();
    this.schedule.start();
  }

  /** Running pages are committed and leases given back before anything else goes away. */
  async beforeApplicationShutdown(): Promise<void> {
    this.queue.stopWaiting();
    await Promise.all([this.watch.stop(), this.worker.stop(), this.lock.stop(), this.schedule.stop()]);
  }
}
