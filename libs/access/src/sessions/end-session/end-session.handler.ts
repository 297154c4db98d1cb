import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';

import { hashOf } from '#platform';

import { SessionEntity } from '../session.entity.js';
import { EndSessionCommand } from './end-session.command.js';

@CommandHandler(EndSessionCommand)
export class EndSessionHandler implements ICommandHandler<EndSessionCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  async execute({ secret }: EndSessionCommand): Promise<void> {
    await this.em.fork().nativeDelete(SessionEntity, { secretHash: hashOf(secret) });
  }
}
