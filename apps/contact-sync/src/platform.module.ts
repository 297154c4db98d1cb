import { Global, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { MikroORM, SqlEntityManager } from '@mikro-orm/postgresql';
import { type Configuration, createLog, Notifications } from '#platform';

import { openDatabase, openNotifications } from '#database';
import { CONFIGURATION, LOGGER } from './injection-tokens.js';

/** What every part stands on: configuration, log, database, notifications. */
@Global()
@Module({
  providers: [
    {
      provide: CONFIGURATION,
      inject: [ConfigService],
      useFactory: (config: ConfigService) => config.getOrThrow<Configuration>('contactstream'),
    },
    { provide: LOGGER, inject: [CONFIGURATION], useFactory: createLog },
    { provide: MikroORM, inject: [CONFIGURATION, LOGGER], useFactory: openDatabase },
    { provide: SqlEntityManager, inject: [MikroORM], useFactory: (orm: MikroORM) => orm.em },
    {
      provide: Notifications,
      inject: [CONFIGURATION, LOGGER, MikroORM],
      useFactory: openNotifications,
    },
  ],
  exports: [CONFIGURATION, LOGGER, MikroORM, SqlEntityManager, Notifications],
})
export class PlatformModule {}
