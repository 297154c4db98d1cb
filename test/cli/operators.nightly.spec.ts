import { describe, expect, it } from '@jest/globals';

import { createTestDatabase } from '../support/database.js';
import { sql } from '../support/sql.js';
import { CommandLine } from './run-command.js';

/** What they do is tested beside them: test/e2e/encryption-keys, test/kafka/consuming-replay, test/kafka/recover-log. */
describe("The operators' commands", () => {
  it.each([
    [['migrate'], 'DATABASE_URL'],
    [['keys', 'status'], 'DATABASE_URL'],
    [['recover-log', '--dry-run'], 'DATABASE_URL'],
    [['recover-snapshots'], 'DATABASE_URL'],
    [['replay', '--topic', 'again'], 'DATABASE_URL'],
  ])('need no service, and say which variable is missing: %j', async (args, variable) => {
    const { code, err } = await new CommandLine({}).run(...args);
    expect({ code, err }).toEqual({ code: 78, err: expect.stringContaining(`${variable} is not set`) });
  });

  it.each([
    [['keys']],
    [['keys', 'turn']],
    [['keys', 'forget']],
    [['replay']],
    [['replay', '--topic', 'again', '--from', 'then']],
    [['recover-log', 'now']],
  ])('say how they are used: %j', async (args) => {
    expect((await new CommandLine({}).run(...args)).code).toBe(2);
  });

  it('bring the schema up to date', async () => {
    const database = await createTestDatabase();
    try {
      const cli = new CommandLine({
        DATABASE_URL: database.url,
        ALLOW_PLAINTEXT: 'postgres',
        LOG_LEVEL: 'info',
      });
      const migrated = await cli.run('migrate');
      expect(migrated).toMatchObject({
        code: 0,
        out: expect.stringContaining('database schema brought up to date'),
      });
      const [row] = await sql<{ count: string }>(database, 'select count(*) from schema_migrations');
      expect(Number(row?.count)).toBeGreaterThan(30);
      expect(await cli.run('migrate')).toMatchObject({ code: 0, out: '' });
    } finally {
      await database.drop();
    }
  });
});
