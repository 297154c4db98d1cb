import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { databaseParts } from '#database';
import { boundSql, MIGRATIONS_TABLE } from '#platform';

import { type Examination, type Finding } from './examination.js';

/** Whether the tables are those of this version. */
export class SchemaExamination implements Examination {
  readonly area = 'schema';
  readonly document = 'docs/operations.md#migrations';

  constructor(private readonly em: SqlEntityManager) {}

  async examine(): Promise<Finding[]> {
    const rows = await boundSql<{ name: string }>(this.em.fork(), `select name from ${MIGRATIONS_TABLE}`);
    const applied = new Set(rows.map(({ name }) => name));
    const known = databaseParts.migrations.map(({ name }) => name);
    const missing = known.filter((name) => !applied.has(name));
    const newer = [...applied].filter((name) => !known.includes(name));
    if (missing.length > 0) {
      return [
        {
          check: 'schema-migrations',
          verdict: 'failed',
          found: `Migrations are missing: ${missing.join(', ')}.`,
          mend: 'npm run migrate',
        },
      ];
    }
    if (newer.length > 0) {
      return [
        {
          check: 'schema-migrations',
          verdict: 'warning',
          found: `A newer version has migrated the database: ${newer.join(', ')}.`,
          mend: 'Bring this process up to that version.',
        },
      ];
    }
    const found = `All ${known.length} migrations are applied; the last is ${known.at(-1) ?? ''}.`;
    return [{ check: 'schema-migrations', verdict: 'ok', found }];
  }
}
