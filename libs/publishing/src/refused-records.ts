import { type InferEntity } from '@mikro-orm/core';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactMessage } from '#contact-events';
import { isWhole, readEventsAt } from '#event-store';
import { boundChanges, isUuid, newestFirst, type Page, type PageRequest } from '#platform';

import {
  RefusedRecordEntity,
  type RefusedRecordRequest,
  type RefusedRecordState,
} from './refused-record.entity.js';
import { eventMessage } from './relay-batch.js';
import { type RelayTopics } from './relay-topics.js';

/** A record that Kafka refused; behind it, later records of its contact wait. */
export interface RefusedRecord {
  readonly id: string;
  /** The one that refuses it; the events topic where both do. */
  readonly topic: string;
  readonly contactId: string;
  /** Of the event that it carries. */
  readonly position: bigint;
  readonly error: string;
  readonly occurredAt: Date;
  readonly state: RefusedRecordState;
  /** What a person has asked for and the relay has not done yet. */
  readonly requested: RefusedRecordRequest | null;
}

/** The refused records as people list them. */
export class RefusedRecords {
  /** @param publicUrl the service's own URL, for `dataschema` */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly topics: RelayTopics,
    private readonly publicUrl: string,
  ) {}

  /** Newest first. @throws CodedError invalid-cursor */
  async list(
    { state }: { readonly state?: RefusedRecordState | undefined },
    page: PageRequest,
  ): Promise<Page<RefusedRecord>> {
    const { items, nextCursor } = await newestFirst(
      this.em.fork(),
      RefusedRecordEntity,
      { relay: this.topics.events, state },
      { occurredAt: 'desc', id: 'desc' },
      page,
    );
    return { items: items.map((row) => this.record(row)), nextCursor };
  }

  /** @returns null: there is none, or the id is none */
  async find(id: string): Promise<RefusedRecord | null> {
    if (!isUuid(id)) return null;
    const relay = this.topics.events;
    const row = await this.em.fork().findOne(RefusedRecordEntity, { id, relay });
    return row === null ? null : this.record(row);
  }

  /** What is sent for it; null where the log does not have it: its data were removed, or the log was restored to an earlier time. */
  async message({ position }: RefusedRecord): Promise<ContactMessage | null> {
    const [event] = await readEventsAt(this.em.fork(), [position]);
    return event === undefined || !isWhole(event) ? null : eventMessage(event, this.publicUrl);
  }

  /** Leaves word for the relay's leader. @returns whether it was open */
  async request(id: string, requested: RefusedRecordRequest): Promise<boolean> {
    const rows = await boundChanges(
      this.em.fork(),
      [
        {
          name: 'requested',
          sql: `update refused_records set requested = $2 where id = $1 and state = 'open' returning 1`,
          parameters: [id, requested],
        },
      ],
      { sql: `select pg_notify('contactstream_events', '') from requested`, parameters: [] },
    );
    return rows.length > 0;
  }

  private record(row: InferEntity<typeof RefusedRecordEntity>): RefusedRecord {
    const { id, contactId, eventsPosition = null, statePosition = null, error, occurredAt, state } = row;
    const positions = [eventsPosition, statePosition].filter((position) => position !== null);
    const topics = [
      ...(eventsPosition === null ? [] : [this.topics.events]),
      ...(statePosition === null ? [] : [this.topics.state]),
    ];
    return {
      id,
      topic: topics[0] ?? this.topics.events,
      contactId,
      position: positions.reduce((first, position) => (position < first ? position : first)),
      error: `Kafka refuses it on ${topics.join(' and ')}: ${error}`,
      occurredAt,
      state,
      requested: row.requested ?? null,
    };
  }
}
