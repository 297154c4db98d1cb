import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError, isUuid } from '#platform';

import { ApiTokenEntity } from '../api-token.entity.js';
import { RevokeTokenCommand } from './revoke-token.command.js';

@CommandHandler(RevokeTokenCommand)
export class RevokeTokenHandler implements ICommandHandler<RevokeTokenCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError token-not-found */
  async execute({ id }: RevokeTokenCommand): Promise<void> {
    const revoked = isUuid(id) ? await this.em.fork().nativeDelete(ApiTokenEntity, { id }) : 0;
    if (revoked === 0) throw new CodedError('token-not-found', `There is no token ${id}.`);
  }
}
