import { type BeforeApplicationShutdown, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { RefreshTokenVault } from '#accounts';
import { topicNames } from '#contact-events';
import { GooglePeopleSources } from '#google-people';
import { hasKafka } from '#kafka';
import {
  DisconnectAccountHandler,
  EraseAccountHandler,
  type ErasureLedger,
  GrantRevocation,
  OffboardingWorker,
} from '#offboarding';
import { type Configuration, Notifications } from '#platform';
import { RelayGauge } from '#publishing';
import { ReadModelPosition, Rebuilds } from '#read-model';
import { type Logger } from 'pino';

import { AccountsModule } from '../accounts/accounts.module.js';
import { CONFIGURATION, LOGGER, PROCESS_NAME } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { openErasureLedger } from './erasure-ledger.js';
import { OffboardingController } from './offboarding.controller.js';

/** Where erasures are known outside of the database. */
const ERASURE_LEDGER = Symbol('erasure ledger');

/** The end of accounts; the work is done in the processes with the role `scheduler`. */
@Module({
  imports: [AccountsModule, ProjectionModule],
  controllers: [OffboardingController],
  providers: [
    { provide: ERASURE_LEDGER, inject: [CONFIGURATION, LOGGER], useFactory: openErasureLedger },
    madeOf(GrantRevocation, SqlEntityManager, RefreshTokenVault, GooglePeopleSources),
    DisconnectAccountHandler,
    EraseAccountHandler,
    {
      provide: OffboardingWorker,
      inject: [
        SqlEntityManager,
        CONFIGURATION,
        ERASURE_LEDGER,
        ReadModelPosition,
        Rebuilds,
        GrantRevocation,
        Notifications,
        PROCESS_NAME,
        LOGGER,
      ],
      useFactory: (
        em: SqlEntityManager,
        configuration: Configuration,
        ledger: ErasureLedger,
        readModel: ReadModelPosition,
        rebuilds: Rebuilds,
        grants: GrantRevocation,
        notifications: Notifications,
        owner: string,
        log: Logger,
      ) => {
        const relay = new RelayGauge(em, topicNames(configuration.KAFKA_TOPIC_PREFIX).events);
        const published = hasKafka(configuration) ? () => relay.position() : null;
        const parts = { em, ledger, published, readModel, rebuilds, grants };
        return new OffboardingWorker(parts, notifications, owner, log);
      },
    },
  ],
})
export class OffboardingModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  constructor(
    private readonly worker: OffboardingWorker,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  onApplicationBootstrap(): void {
    if (this.configuration.ROLES.has('scheduler')) this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }
}
