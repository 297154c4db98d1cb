import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { ProjectQuota } from '#google-people';
import { type Configuration, Notifications } from '#platform';
import { type Logger } from 'pino';

import { CONFIGURATION, LOGGER } from '../injection-tokens.js';

/** What Google lets the project send. */
@Module({
  providers: [
    {
      provide: ProjectQuota,
      inject: [SqlEntityManager, CONFIGURATION, Notifications, LOGGER],
      useFactory: async (
        em: SqlEntityManager,
        { GOOGLE_QUOTA_PER_MINUTE: perMinute }: Configuration,
        notifications: Notifications,
        log: Logger,
      ) => {
        const quota = new ProjectQuota(em, perMinute ?? null, notifications, log);
        await quota.start();
        return quota;
      },
    },
  ],
  exports: [ProjectQuota],
})
export class QuotaModule {}
