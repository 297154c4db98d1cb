import { jest } from '@jest/globals';

import { type TestDatabase } from '../support/database.js';
import { sql } from '../support/sql.js';

/**
 * One time for the service, Google and PostgreSQL, which stands still until it is set: what they write and answer is then
 * the same each time. Timers run on.
 */
export class FixedClock {
  private constructor(private readonly database: TestDatabase) {}

  /** @param database an empty one; no connection of the service may be there yet */
  static async stopAt(time: string, database: TestDatabase): Promise<FixedClock> {
    const { name } = database;
    for (const statement of [
      'create table fixed_clock (at timestamptz not null)',
      `insert into fixed_clock values ('${time}')`,
      // Found before PostgreSQL's own where the path says so.
      ...['now', 'clock_timestamp'].map(
        (called) => `create function ${called}() returns timestamptz language sql stable as
          'select at from public.fixed_clock'`,
      ),
      `alter database ${name} set search_path = public, pg_catalog`,
    ]) {
      await sql(database, statement);
    }
    jest.useFakeTimers({
      now: Date.parse(time),
      doNotFake: [
        'hrtime',
        'nextTick',
        'performance',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setInterval',
        'clearInterval',
        'setTimeout',
        'clearTimeout',
      ],
    });
    return new FixedClock(database);
  }

  async set(time: string): Promise<void> {
    jest.setSystemTime(Date.parse(time));
    await sql(this.database, 'update fixed_clock set at = $1', [time]);
  }

  static goOn(): void {
    jest.useRealTimers();
  }
}
