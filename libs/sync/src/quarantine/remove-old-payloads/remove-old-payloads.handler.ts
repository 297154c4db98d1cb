import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { boundSql, inSteps } from '#platform';

import { RemoveOldPayloadsCommand } from './remove-old-payloads.command.js';
import { REMOVE_OLD_PAYLOADS } from './remove-old-payloads.sql.js';

/** Payloads may be large. */
const ENTRIES_A_STEP = 200;

/** A closed entry stays on the list; what Google sent of the person goes. */
@CommandHandler(RemoveOldPayloadsCommand)
export class RemoveOldPayloadsHandler implements ICommandHandler<RemoveOldPayloadsCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  async execute({ closedBefore, signal }: RemoveOldPayloadsCommand): Promise<number> {
    const step = async (size: number) =>
      (await boundSql(this.em.fork(), REMOVE_OLD_PAYLOADS, [closedBefore.toISOString(), size])).length;
    return inSteps(ENTRIES_A_STEP, step, signal);
  }
}
