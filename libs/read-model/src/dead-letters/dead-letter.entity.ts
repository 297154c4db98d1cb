import { defineEntity, p } from '@mikro-orm/core';

export type DeadLetterState = 'open' | 'replayed' | 'discarded';

/** A header as it is stored: the value's bytes in base64. */
export type StoredHeader = readonly [name: string, value: string | null];

const bytes = () => p.blob().$type<Buffer>();

/** A record that the projection could not read or apply, as it came. */
export const DeadLetterEntity = defineEntity({
  name: 'DeadLetter',
  tableName: 'dead_letters',
  properties: {
    id: p.uuid().primary(),
    topic: p.text(),
    partition: p.integer(),
    recordOffset: p.bigint('bigint'),
    key: bytes().nullable(),
    headers: p.json().$type<readonly StoredHeader[]>().columnType('json').lazy(),
    value: bytes().nullable().lazy(),
    /** Why it could not be read or applied, without its values. */
    error: p.text(),
    /** To the millisecond, as those who page through them have it. */
    occurredAt: p.datetime(3),
    state: p.text().$type<DeadLetterState>(),
    closedAt: p.datetime().nullable(),
  },
});
