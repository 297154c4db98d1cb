import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { boundSql, inSteps } from '#platform';

import { RemoveOldEntriesCommand } from './remove-old-entries.command.js';
import { ALLOW_REMOVAL, REMOVE_OLD_ENTRIES } from './remove-old-entries.sql.js';

const ENTRIES_A_STEP = 500;

/** The one way in which audit entries go. */
@CommandHandler(RemoveOldEntriesCommand)
export class RemoveOldEntriesHandler implements ICommandHandler<RemoveOldEntriesCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  async execute({ before, signal }: RemoveOldEntriesCommand): Promise<number> {
    const time = before.toISOString();
    const step = (size: number) =>
      this.em.fork().transactional(async (tx) => {
        await boundSql(tx, ALLOW_REMOVAL, [time]);
        return (await boundSql(tx, REMOVE_OLD_ENTRIES, [time, size])).length;
      });
    return inSteps(ENTRIES_A_STEP, step, signal);
  }
}
