import { LockMode, SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CodedError } from '#platform';

import { LIVE_CONTACTS } from '../../projection/contact.entity.js';
import { notifyRebuilds } from '../notify-rebuilds.sql.js';
import { RebuildEntity } from '../rebuild.entity.js';
import { CancelRebuildCommand } from './cancel-rebuild.command.js';

/** Ends a rebuild that is queued; of one that has begun, whoever has it removes what was made. The old table stays. */
@CommandHandler(CancelRebuildCommand)
export class CancelRebuildHandler implements ICommandHandler<CancelRebuildCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError rebuild-not-found */
  async execute(): Promise<void> {
    await this.em.fork().transactional(async (tx) => {
      const rebuild = await tx.findOne(
        RebuildEntity,
        { projection: LIVE_CONTACTS.name, finishedAt: null },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (rebuild === null) {
        throw new CodedError(
          'rebuild-not-found',
          'The read model is not being rebuilt: there is nothing to cancel.',
        );
      }
      rebuild.cancelRequested = true;
      if (rebuild.state === 'queued') {
        rebuild.state = 'cancelled';
        rebuild.finishedAt = new Date();
      }
      await notifyRebuilds(tx);
    });
  }
}
