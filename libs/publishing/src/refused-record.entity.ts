import { defineEntity, p } from '@mikro-orm/core';

export type RefusedRecordState = 'open' | 'replayed' | 'discarded';

/** What a person wants to become of it; the relay's leader does it. */
export type RefusedRecordRequest = 'replay' | 'discard';

/** A contact whose records wait, because Kafka refused one of them. One is open for a contact, at most. */
export const RefusedRecordEntity = defineEntity({
  name: 'RefusedRecord',
  tableName: 'refused_records',
  properties: {
    id: p.uuid().primary(),
    /** Named after its events topic. */
    relay: p.text(),
    contactId: p.uuid(),
    /** From this position of the log on they wait for the topic; null: none do. */
    eventsPosition: p.bigint('bigint').nullable(),
    statePosition: p.bigint('bigint').nullable(),
    /** Kafka's word for why, such as MESSAGE_TOO_LARGE. */
    error: p.text(),
    /** To the millisecond, as those who page through them have it. */
    occurredAt: p.datetime(3),
    state: p.text().$type<RefusedRecordState>(),
    requested: p.text().$type<RefusedRecordRequest>().nullable(),
  },
});
