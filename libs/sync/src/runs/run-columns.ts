import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { RunEntity } from './run.entity.js';

/** The columns of a run for a SELECT. Not all that the table has: the timings may be long, and few ask for them. */
export function runColumns(em: SqlEntityManager, table: string): string {
  return em
    .getMetadata(RunEntity)
    .props.map(({ fieldNames: [name = ''] }) => `${table}.${name}`)
    .join(', ');
}
