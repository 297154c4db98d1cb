import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { ContactHistory, ContactQueries } from '#read-model';

import { madeOf } from '../made-of.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { ContactsController } from './contacts.controller.js';

/** The contacts of the read model, and their history. */
@Module({
  imports: [ProjectionModule],
  controllers: [ContactsController],
  providers: [madeOf(ContactQueries, SqlEntityManager), madeOf(ContactHistory, SqlEntityManager)],
  exports: [ContactQueries],
})
export class ContactsModule {}
