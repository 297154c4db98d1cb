import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

export type QuarantineState = 'open' | 'replayed' | 'superseded' | 'discarded';

/** A person of Google's answer that could not be understood. */
export const QuarantineEntryEntity = defineEntity({
  name: 'QuarantineEntry',
  tableName: 'quarantined_persons',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    runId: p.uuid(),
    personKey: p.text(),
    resourceName: p.text().nullable(),
    sourceIds: p.array(),
    /** Null once it has been closed for so long that it is removed. */
    payload: p.json().$type<unknown>().nullable().lazy(),
    error: p.text(),
    occurredAt: p.datetime(),
    state: p.text().$type<QuarantineState>(),
    closedAt: p.datetime().nullable(),
  },
});

export type QuarantineEntry = InferEntity<typeof QuarantineEntryEntity>;
