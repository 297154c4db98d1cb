import { type DynamicModule, Inject, Module, type OnModuleDestroy, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { type Configuration, type Role } from '#platform';
import { type Logger } from 'pino';

import { AboutModule } from './about/about.module.js';
import { AccessModule } from './access/access.module.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AUDITED_COMMANDS } from './audit/audited-commands.js';
import { ChangesModule } from './changes/changes.module.js';
import { ContactsModule } from './contacts/contacts.module.js';
import { DoctorModule } from './doctor/doctor.module.js';
import { EventsModule } from './events/events.module.js';
import { ExportModule } from './export/export.module.js';
import { HealthModule } from './health/health.module.js';
import { LOGGER } from './injection-tokens.js';
import { OffboardingModule } from './offboarding/offboarding.module.js';
import { OverviewModule } from './overview/overview.module.js';
import { PositionsModule } from './positions/positions.module.js';
import { PlatformModule } from './platform.module.js';
import { ProblemPagesModule } from './problems/problem-pages.module.js';
import { ProjectionModule } from './projection/projection.module.js';
import { PublishingModule } from './publishing/publishing.module.js';
import { RetentionModule } from './retention/retention.module.js';
import { SimulatorModule } from './simulator/simulator.module.js';
import { SyncModule } from './sync/sync.module.js';
import { TroubleModule } from './trouble/trouble.module.js';

/** A module that does work of its own, beside answering, does it in a process that has its role only. */
const MODULES_OF: Readonly<Record<Role, readonly Type[]>> = {
  api: [
    SyncModule,
    AccountsModule,
    ContactsModule,
    ExportModule,
    EventsModule,
    ChangesModule,
    SimulatorModule,
    ProjectionModule,
    TroubleModule,
    OffboardingModule,
    OverviewModule,
    PositionsModule,
    AboutModule,
    ProblemPagesModule,
    DoctorModule,
  ],
  scheduler: [SyncModule, OffboardingModule, RetentionModule],
  relay: [PublishingModule],
  projector: [ProjectionModule],
};

/**
 * The way of a contact: accounts, sync, publishing, projection, contacts.
 *
 * What ends first when the service stops follows from Nest's own order, which is that of its phases (onModuleDestroy,
 * beforeApplicationShutdown, then connections are closed, onApplicationShutdown), and within each phase that of the
 * modules, one after the other: a module comes before every one that it imports, and global ones come last.
 *
 * 1. onModuleDestroy: /health/ready answers 503 (health).
 * 2. beforeApplicationShutdown: running pages are committed and leases given back (sync, which imports the two others),
 *    then the relay (publishing) and the projection and rebuilds (projection) are ended.
 * 3. onApplicationShutdown: notifications and the database are closed (platform, which is global).
 */
@Module({})
export class AppModule implements OnModuleDestroy {
  /** The parts that ROLES names; each process asks who calls, tells its health and connects the account of GOOGLE_REFRESH_TOKEN. */
  static for(configuration: Configuration): DynamicModule {
    const modules = new Set<Type>([AuditModule, AccessModule, HealthModule, AccountsModule]);
    for (const role of configuration.ROLES) for (const module of MODULES_OF[role]) modules.add(module);
    return {
      module: AppModule,
      imports: [
        PlatformModule.for(configuration),
        CqrsModule.forRoot({ commandPublisher: AUDITED_COMMANDS }),
        ...modules,
      ],
    };
  }

  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  onModuleDestroy(): void {
    this.log.info('stopping');
  }
}
