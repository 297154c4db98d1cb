import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { topicNames } from '#contact-events';
import { type Configuration } from '#platform';
import { RefusedRecords, SettleRefusedRecordHandler } from '#publishing';
import {
  ContactProjectionHandler,
  DeadLetters,
  DiscardDeadLetterHandler,
  ReplayDeadLetterHandler,
} from '#read-model';

import { CONFIGURATION } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ContactsModule } from '../contacts/contacts.module.js';
import { SyncModule } from '../sync/sync.module.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { QuarantineController } from './quarantine.controller.js';

/** What waits for a person: those of Google that could not be understood, and records that could not be applied. */
@Module({
  imports: [AccountsModule, ContactsModule, SyncModule],
  controllers: [QuarantineController, DeadLettersController],
  providers: [
    madeOf(DeadLetters, SqlEntityManager),
    madeOf(ContactProjectionHandler, SqlEntityManager),
    ReplayDeadLetterHandler,
    DiscardDeadLetterHandler,
    {
      provide: RefusedRecords,
      inject: [SqlEntityManager, CONFIGURATION],
      useFactory: (em: SqlEntityManager, configuration: Configuration) =>
        new RefusedRecords(em, topicNames(configuration.KAFKA_TOPIC_PREFIX), configuration.PUBLIC_URL),
    },
    SettleRefusedRecordHandler,
  ],
})
export class TroubleModule {}
