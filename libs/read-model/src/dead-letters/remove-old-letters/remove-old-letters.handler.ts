import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { boundSql, inSteps } from '#platform';

import { RemoveOldLettersCommand } from './remove-old-letters.command.js';
import { REMOVE_OLD_LETTERS } from './remove-old-letters.sql.js';

/** Records may be large. */
const LETTERS_A_STEP = 200;

/** Removes dead letters that nobody has to decide on any more. */
@CommandHandler(RemoveOldLettersCommand)
export class RemoveOldLettersHandler implements ICommandHandler<RemoveOldLettersCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  async execute({ closedBefore, signal }: RemoveOldLettersCommand): Promise<number> {
    const step = async (size: number) =>
      (await boundSql(this.em.fork(), REMOVE_OLD_LETTERS, [closedBefore.toISOString(), size])).length;
    return inSteps(LETTERS_A_STEP, step, signal);
  }
}
