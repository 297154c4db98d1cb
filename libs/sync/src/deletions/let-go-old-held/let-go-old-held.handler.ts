import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CodedError } from '#platform';

import { RunEntity } from '../../runs/run.entity.js';
import { ResolveHeldDeletionsCommand } from '../resolve-held-deletions/resolve-held-deletions.command.js';
import { LetGoOldHeldCommand } from './let-go-old-held.command.js';

/** Rejects them, one run a transaction: the contacts stay, and the next full sync asks Google again. */
@CommandHandler(LetGoOldHeldCommand)
export class LetGoOldHeldHandler implements ICommandHandler<LetGoOldHeldCommand> {
  constructor(
    private readonly em: SqlEntityManager,
    private readonly commands: CommandBus,
  ) {}

  async execute({ heldBefore, signal }: LetGoOldHeldCommand): Promise<number> {
    const runs = await this.em
      .fork()
      .find(RunEntity, { state: 'held', finishedAt: { $lt: heldBefore } }, { fields: ['id'] });
    let letGo = 0;
    for (const { id } of runs) {
      signal?.throwIfAborted();
      try {
        await this.commands.execute(new ResolveHeldDeletionsCommand(id, 'reject'));
        letGo += 1;
      } catch (error) {
        // A sync goes on, or somebody decides just now: it is looked at again in an hour.
        if (!(error instanceof CodedError)) throw error;
      }
    }
    return letGo;
  }
}
