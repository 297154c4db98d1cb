import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { readEventsAt, type StoredEvent } from '#event-store';
import { boundSql } from '#platform';

import { READ_WITHHELD } from './read-withheld.sql.js';

/** An event at its place among those that were passed without being sent. */
export interface WithheldEvent {
  readonly offset: bigint;
  readonly event: StoredEvent;
}

/**
 * The events that the relay passed without sending them to its events topic, because Kafka refused one of their contact.
 * They stand here in the order in which it passed them, and stay, whatever becomes of the refused record.
 */
export class WithheldEvents {
  constructor(
    private readonly em: SqlEntityManager,
    /** The relay's name: its events topic's. */
    private readonly relay: string,
  ) {}

  async after(offset: bigint, limit: number): Promise<WithheldEvent[]> {
    const em = this.em.fork();
    const rows = await boundSql<{ id: string; position: string }>(em, READ_WITHHELD, [
      this.relay,
      String(offset),
      limit,
    ]);
    if (rows.length === 0) return [];
    const events = await readEventsAt(
      em,
      rows.map(({ position }) => BigInt(position)),
    );
    const byPosition = new Map(events.map((event) => [event.position, event] as const));
    return rows.flatMap(({ id, position }) => {
      const event = byPosition.get(BigInt(position));
      return event === undefined ? [] : [{ offset: BigInt(id), event }];
    });
  }
}
