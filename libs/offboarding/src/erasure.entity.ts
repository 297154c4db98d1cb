import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

/** What an erasure is doing, in this order; each may be repeated. */
export const ERASURE_STEPS = [
  'record',
  'delete',
  'publish',
  'project',
  'remove',
  'revoke',
  'finish',
] as const;
export type ErasureStep = (typeof ERASURE_STEPS)[number];

/** An account that is to leave no trace, or left none. It tells nothing of whose account it was. */
export const ErasureEntity = defineEntity({
  name: 'Erasure',
  tableName: 'erasures',
  properties: {
    accountId: p.uuid().primary(),
    /** The run of the deletions that it makes. */
    id: p.uuid(),
    /** The time of the deletions that it makes. */
    begunAt: p.datetime(3),
    step: p.text().$type<ErasureStep>(),
    /** Contacts and events that it found; null until it is finished. */
    contacts: p.integer().nullable(),
    events: p.integer().nullable(),
    finishedAt: p.datetime(3).nullable(),
  },
});

export type Erasure = InferEntity<typeof ErasureEntity>;
