import { SqlEntityManager } from '@mikro-orm/postgresql';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { removeToldAccountEvents } from '#event-store';

import { RelayedPartitions } from '../relayed-partitions.js';
import { RemoveToldEventsCommand } from './remove-told-events.command.js';

/** Keeps the log of accounts' lives as short as the accounts are many, with Kafka and without. */
@CommandHandler(RemoveToldEventsCommand)
export class RemoveToldEventsHandler implements ICommandHandler<RemoveToldEventsCommand> {
  constructor(private readonly em: SqlEntityManager) {}

  async execute({ relay }: RemoveToldEventsCommand): Promise<number> {
    const upTo = relay === null ? null : (await new RelayedPartitions(this.em).of(relay)).position;
    return removeToldAccountEvents(this.em.fork(), upTo);
  }
}
