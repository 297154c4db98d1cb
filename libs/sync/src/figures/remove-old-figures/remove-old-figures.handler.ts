import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { boundSql, inSteps } from '#platform';

import { RemoveOldFiguresCommand } from './remove-old-figures.command.js';
import { removeOldFigures } from './remove-old-figures.sql.js';

const ROWS_A_STEP = 5_000;

/** Figures are of a day; older ones are asked for by nobody. */
@CommandHandler(RemoveOldFiguresCommand)
export class RemoveOldFiguresHandler implements ICommandHandler<RemoveOldFiguresCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  async execute({ begunBefore, signal }: RemoveOldFiguresCommand): Promise<number> {
    let removed = 0;
    for (const table of ['account_changes', 'run_outcomes'] as const) {
      const step = async (size: number) =>
        (await boundSql(this.em.fork(), removeOldFigures(table), [begunBefore.toISOString(), size])).length;
      removed += await inSteps(ROWS_A_STEP, step, signal);
    }
    return removed;
  }
}
