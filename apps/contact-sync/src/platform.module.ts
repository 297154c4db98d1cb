import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { openDatabase, openNotifications } from '#database';
import { hasKafka } from '#kafka';
import { type Configuration, createLog, Notifications, proxyOf } from '#platform';
import { openTracing, type Tracing } from '#tracing';
import { type Logger } from 'pino';

import { CONFIGURATION, LOGGER, PROCESS_NAME, TRACING } from './injection-tokens.js';
import { SignOfLife } from './processes/sign-of-life.js';
import { VERSION } from './version.js';

/** How long closing the database may take. */
const CLOSE_MS = 2_000;

/**
 * What every part stands on: configuration, log, database, notifications. Nest begins with the modules that are global,
 * and ends with them in each phase of a stop: the database is there for whatever is still being ended.
 */
@Module({})
export class PlatformModule implements OnModuleInit, OnApplicationShutdown {
  static for(configuration: Configuration): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      providers: [
        { provide: CONFIGURATION, useValue: configuration },
        { provide: PROCESS_NAME, useValue: `${hostname()}:${process.pid}` },
        { provide: LOGGER, inject: [CONFIGURATION], useFactory: createLog },
        {
          provide: TRACING,
          inject: [LOGGER],
          useFactory: (log: Logger) => openTracing(configuration, log, VERSION),
        },
        { provide: MikroORM, inject: [CONFIGURATION, LOGGER], useFactory: openDatabase },
        { provide: SqlEntityManager, inject: [MikroORM], useFactory: (orm: MikroORM) => orm.em },
        {
          provide: SignOfLife,
          inject: [SqlEntityManager, CONFIGURATION, PROCESS_NAME, LOGGER],
          useFactory: (em: SqlEntityManager, configuration: Configuration, name: string, log: Logger) =>
            SignOfLife.begin(em, configuration, name, log),
        },
        {
          provide: Notifications,
          inject: [CONFIGURATION, LOGGER, MikroORM],
          useFactory: openNotifications,
        },
      ],
      exports: [CONFIGURATION, LOGGER, PROCESS_NAME, SqlEntityManager, Notifications],
    };
  }

  constructor(
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
    @Inject(LOGGER) private readonly log: Logger,
    private readonly orm: MikroORM,
    private readonly notifications: Notifications,
    private readonly signOfLife: SignOfLife,
    @Inject(TRACING) private readonly tracing: Tracing | null,
  ) {}

  /** Says which parts are in use. */
  onModuleInit(): void {
    const { configuration, log } = this;
    const database = new URL(configuration.DATABASE_URL);
    log.info(`PostgreSQL: ${database.host}${database.pathname}`);
    log.info(
      hasKafka(configuration)
        ? `Kafka: ${configuration.KAFKA_BROKERS.join(', ')}`
        : 'Kafka: none; the read model follows the event log',
    );
    const proxy = proxyOf(new URL(configuration.PEOPLE_API_URL), configuration);
    log.info(
      `Google: ${configuration.PEOPLE_API_URL}${proxy === null ? '' : `, through the proxy ${proxy.host}`}`,
    );
    if (this.tracing !== null) log.info(`Traces: ${this.tracing.url}`);
  }

  async onApplicationShutdown(): Promise<void> {
    // A request that is still being answered may hold a connection, and a server that stands still closes none; they
    // must not keep the process.
    const grace = new AbortController();
    await Promise.race([
      Promise.all([this.tracing?.stop(), this.endDatabase()]),
      delay(CLOSE_MS, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
    this.log.info('stopped');
  }

  private async endDatabase(): Promise<void> {
    await Promise.all([this.notifications.stop(), this.signOfLife.stop()]);
    await this.orm.close();
  }
}
