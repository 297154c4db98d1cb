import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CodedError } from '#platform';

import { queueRebuild } from '../queue-rebuild.js';
import { RequestRebuildCommand } from './request-rebuild.command.js';

@CommandHandler(RequestRebuildCommand)
export class RequestRebuildHandler implements ICommandHandler<RequestRebuildCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError rebuild-in-progress */
  async execute(): Promise<void> {
    if (await queueRebuild(this.em)) return;
    throw new CodedError(
      'rebuild-in-progress',
      'The read model is being rebuilt already; wait for its end, or cancel it.',
    );
  }
}
