import { Module } from '@nestjs/common';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { AuditEntries, AuditTrail } from '#audit';

import { LOGGER } from '../injection-tokens.js';
import { madeOf } from '../made-of.js';
import { AuditController } from './audit.controller.js';
import { Refusals } from './refusals.js';

/** Who did what, and who was refused. */
@Module({
  controllers: [AuditController],
  providers: [
    madeOf(AuditTrail, SqlEntityManager),
    madeOf(AuditEntries, SqlEntityManager),
    madeOf(Refusals, AuditTrail, LOGGER),
  ],
})
export class AuditModule {}
