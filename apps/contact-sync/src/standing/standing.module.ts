import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { SettingChanges } from '#audit';
import { topicNames } from '#contact-events';
import { type Configuration } from '#platform';
import { AccountStandings, Figures, Runs, SyncLists } from '#sync';

import { CONFIGURATION } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { syncInterval, SyncTimes } from './sync-times.js';
import { Troubles } from './troubles.js';

/** How accounts stand, and what happened in them: reads alone. */
@Module({
  providers: [
    madeOf(Runs, SqlEntityManager),
    madeOf(SyncLists, SqlEntityManager),
    madeOf(Figures, SqlEntityManager),
    madeOf(SettingChanges, SqlEntityManager),
    {
      provide: SyncTimes,
      inject: [CONFIGURATION],
      useFactory: (configuration: Configuration) => {
        const { FULL_SYNC_INTERVAL: fullIntervalMs, SYNC_CRON: cron } = configuration;
        return new SyncTimes({ ...syncInterval(configuration), fullIntervalMs, cron });
      },
    },
    madeOf(AccountStandings, SqlEntityManager, SyncTimes),
    {
      provide: Troubles,
      inject: [SqlEntityManager, CONFIGURATION],
      useFactory: (em: SqlEntityManager, { KAFKA_TOPIC_PREFIX: prefix }: Configuration) =>
        new Troubles(em, topicNames(prefix).events),
    },
  ],
  exports: [Runs, SyncLists, Figures, SettingChanges, SyncTimes, AccountStandings, Troubles],
})
export class StandingModule {}
