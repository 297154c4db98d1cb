import { defineEntity, p } from '@mikro-orm/core';

import { LIVE_CONTACTS } from '../projection/contact.entity.js';
import { type Difference } from '../verify/compare-table.js';

export type RebuildState =
  | 'queued'
  | 'filling'
  | 'indexing'
  | 'comparing'
  | 'swapping'
  | 'succeeded'
  | 'failed'
  | 'cancelled';

/** Where the table that was replaced was not what the log says. */
export interface RebuildDifferences {
  readonly count: number;
  /** 100 at most. */
  readonly first: readonly Difference[];
}

/** The lease of whoever brings a rebuild to its end. */
export const REBUILD_LEASE = `rebuild ${LIVE_CONTACTS.name}`;

/** A rebuild of a projection, going on or over; one at a time. */
export const RebuildEntity = defineEntity({
  name: 'Rebuild',
  tableName: 'projection_rebuilds',
  properties: {
    id: p.uuid().primary(),
    projection: p.text(),
    state: p.text().$type<RebuildState>().default('queued'),
    cancelRequested: p.boolean().default(false),
    requestedAt: p.datetime().defaultRaw('clock_timestamp()'),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
    target: p.bigint('bigint').nullable(),
    differences: p.json().$type<RebuildDifferences>().nullable(),
    error: p.text().nullable(),
  },
});
