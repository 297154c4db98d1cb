import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactRecord, readContactEvent } from '#contact-events';
import { lastPosition, readLog, readStreams, streamAhead } from '#event-store';
import { type ContactLog, type LoggedEvent, type LogLimit } from '#read-model';

/** The event store, as the read model asks it for what it is made from. */
export class EventLog implements ContactLog {
  readonly source = 'log';

  lastPosition(em: SqlEntityManager): Promise<bigint> {
    return lastPosition(em);
  }

  async readAfter(em: SqlEntityManager, position: bigint, limit: LogLimit): Promise<ContactRecord[]> {
    const events = await readLog(em, { after: position, limit: limit.events, bytes: limit.bytes });
    return events.map(({ position, type, data }) => ({ position, event: readContactEvent(type, data) }));
  }

  streamAhead(em: SqlEntityManager, after: string, limit: LogLimit): Promise<string | null> {
    return streamAhead(em, after, limit);
  }

  readStreams(em: SqlEntityManager, after: string, through: string | null): Promise<LoggedEvent[]> {
    return readStreams(em, after, through);
  }
}
