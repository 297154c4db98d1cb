import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { type Configuration } from '#platform';
import { ContactHistory, ContactQueries, PhoneLookup } from '#read-model';

import { CONFIGURATION } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { ContactsController } from './contacts.controller.js';

/** What understands phone numbers by where they are dialled. */
const inRegion = <T>(type: new (em: SqlEntityManager, region: Configuration['DEFAULT_REGION']) => T) => ({
  provide: type,
  inject: [SqlEntityManager, CONFIGURATION],
  useFactory: (em: SqlEntityManager, { DEFAULT_REGION }: Configuration) => new type(em, DEFAULT_REGION),
});

/** The contacts of the read model, and their history. */
@Module({
  imports: [ProjectionModule],
  controllers: [ContactsController],
  providers: [inRegion(ContactQueries), inRegion(PhoneLookup), madeOf(ContactHistory, SqlEntityManager)],
  exports: [ContactQueries],
})
export class ContactsModule {}
