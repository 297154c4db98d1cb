import { type Deletion } from '#event-store';
import { type UnsentEvents } from '#publishing';
import { type LogReaders } from '#read-model';

/** What was sent to Kafka is passed; the events of a contact of which Kafka refused one still wait. */
export class RelayedEvents implements LogReaders {
  constructor(private readonly unsent: UnsentEvents) {}

  async passed(): Promise<(deletion: Deletion) => boolean> {
    const { sentUpTo, waiting } = await this.unsent.read();
    const waits = new Set(waiting);
    return ({ position, streamId }) => position <= sentUpTo && !waits.has(streamId);
  }
}
