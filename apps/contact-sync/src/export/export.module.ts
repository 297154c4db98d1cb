import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { AccountRegions } from '#accounts';
import { ContactExports, ReadModelPosition } from '#read-model';

import { ContactsModule } from '../contacts/contacts.module.js';
import { madeOf } from '../made-of.js';
import { ProjectionModule } from '../projection/projection.module.js';
import { ExportController } from './export.controller.js';
import { OpenExports } from './open-exports.js';

/** Contacts as files. */
@Module({
  imports: [ContactsModule, ProjectionModule],
  controllers: [ExportController],
  providers: [
    madeOf(ContactExports, SqlEntityManager, ReadModelPosition, AccountRegions),
    madeOf(OpenExports),
  ],
})
export class ExportModule {}
