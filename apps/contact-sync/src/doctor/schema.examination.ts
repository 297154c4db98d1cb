import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { databaseParts } from '#database';
import { counted, schemaStanding } from '#platform';

import { type Examination, type Finding } from './examination.js';

/** Whether the tables are those of this version. */
export class SchemaExamination implements Examination {
  readonly area = 'schema';
  readonly asks = 'postgres';
  readonly document = 'docs/operations.md#migrations';

  constructor(private readonly em: SqlEntityManager) {}

  async examine(): Promise<Finding[]> {
    const { pending, unknown } = await schemaStanding(this.em, databaseParts);
    if (pending.length > 0) {
      return [
        {
          check: 'schema-migrations',
          verdict: 'failed',
          found: `Migrations are missing: ${pending.join(', ')}.`,
          mend: 'npm run migrate',
        },
      ];
    }
    if (unknown.length > 0) {
      return [
        {
          check: 'schema-migrations',
          verdict: 'warning',
          found: `A newer version has migrated the database: ${unknown.join(', ')}.`,
          mend: 'Bring this process up to that version.',
        },
      ];
    }
    const { migrations } = databaseParts;
    const found = `${counted(migrations.length, 'migration is', 'migrations are')} applied, and none is missing; the last is ${migrations.at(-1)?.name ?? ''}.`;
    return [{ check: 'schema-migrations', verdict: 'ok', found }];
  }
}
