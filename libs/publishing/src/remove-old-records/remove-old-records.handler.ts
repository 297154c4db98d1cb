import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { boundSql, inSteps } from '#platform';

import { RemoveOldRecordsCommand } from './remove-old-records.command.js';
import { REMOVE_OLD_RECORDS } from './remove-old-records.sql.js';

const RECORDS_A_STEP = 500;

/** Removes refused records that nobody has to decide on any more. */
@CommandHandler(RemoveOldRecordsCommand)
export class RemoveOldRecordsHandler implements ICommandHandler<RemoveOldRecordsCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  async execute({ closedBefore, signal }: RemoveOldRecordsCommand): Promise<number> {
    const step = async (size: number) =>
      (await boundSql(this.em.fork(), REMOVE_OLD_RECORDS, [closedBefore.toISOString(), size])).length;
    return inSteps(RECORDS_A_STEP, step, signal);
  }
}
