import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { AccountRegions } from '#accounts';
import { type Configuration } from '#platform';
import {
  ContactCounts,
  ContactHistory,
  ContactQueries,
  HeldContacts,
  MaskedContacts,
  MaskedHeldContacts,
  MaskedHistory,
  PhoneLookup,
} from '#read-model';

import { CONFIGURATION } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { ContactHistoryController } from './contact-history.controller.js';
import { ContactsController } from './contacts.controller.js';

/** The contacts of the read model, and their history. */
@Module({
  imports: [ProjectionModule],
  controllers: [ContactsController, ContactHistoryController],
  providers: [
    {
      provide: AccountRegions,
      inject: [SqlEntityManager, CONFIGURATION],
      useFactory: (em: SqlEntityManager, { DEFAULT_REGION }: Configuration) =>
        new AccountRegions(em, DEFAULT_REGION),
    },
    madeOf(ContactQueries, SqlEntityManager, AccountRegions),
    madeOf(ContactCounts, SqlEntityManager),
    madeOf(PhoneLookup, SqlEntityManager, AccountRegions),
    madeOf(ContactHistory, SqlEntityManager),
    madeOf(MaskedContacts, SqlEntityManager),
    madeOf(MaskedHistory, SqlEntityManager),
    madeOf(HeldContacts, SqlEntityManager, AccountRegions),
    madeOf(MaskedHeldContacts, SqlEntityManager),
  ],
  exports: [AccountRegions, ContactCounts, ContactHistory, HeldContacts, MaskedHeldContacts],
})
export class ContactsModule {}
