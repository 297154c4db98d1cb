import { randomUUID } from 'node:crypto';

import { SqlEntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { boundChanges, CodedError, leaseToPrepare } from '#platform';

import { LIVE_CONTACTS } from '../../projection/contact.entity.js';
import { notifyRebuilds } from '../notify-rebuilds.sql.js';
import { REBUILD_LEASE, RebuildEntity } from '../rebuild.entity.js';
import { RequestRebuildCommand } from './request-rebuild.command.js';

/** Queues a rebuild; whichever process projects takes it from there. The old table serves meanwhile. */
@CommandHandler(RequestRebuildCommand)
export class RequestRebuildHandler implements ICommandHandler<RequestRebuildCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError rebuild-in-progress */
  async execute(): Promise<void> {
    try {
      await this.em.fork().transactional(async (tx) => {
        await tx.insert(RebuildEntity, { id: randomUUID(), projection: LIVE_CONTACTS.name });
        await boundChanges(tx, [leaseToPrepare(REBUILD_LEASE)]);
        await notifyRebuilds(tx);
      });
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new CodedError(
        'rebuild-in-progress',
        'The read model is being rebuilt already; wait for its end, or cancel it.',
        {},
        { cause: error },
      );
    }
  }
}
