import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { ContactProjectionHandler, DeadLetterReplay, DeadLetterTable } from '#read-model';

import { madeOf } from '../made-of.js';
import { SyncModule } from '../sync/sync.module.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { QuarantineController } from './quarantine.controller.js';

/** What waits for a person: those of Google that could not be understood, and records that could not be applied. */
@Module({
  imports: [SyncModule],
  controllers: [QuarantineController, DeadLettersController],
  providers: [
    madeOf(DeadLetterTable, SqlEntityManager),
    madeOf(ContactProjectionHandler, SqlEntityManager),
    madeOf(DeadLetterReplay, SqlEntityManager, ContactProjectionHandler),
  ],
})
export class TroubleModule {}
