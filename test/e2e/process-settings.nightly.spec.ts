import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { RefreshTokenVault } from '#accounts';
import { EX_CONFIG } from '#platform';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { runProgram } from '../support/run-program.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, type TestGoogle } from '../support/service.js';

const KEYS = [7, 8].map((byte) => Buffer.alloc(32, byte).toString('base64'));
const [OLD = '', NEW = ''] = KEYS;
const [ID_OF_OLD = '', ID_OF_NEW = ''] = KEYS.map(
  (key) => new RefreshTokenVault([Buffer.from(key, 'base64')]).keyId,
);

describe('A process that shares its database with another one', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let first: SpawnedProcess;
  let others: SpawnedProcess[] = [];

  beforeAll(async () => {
    [database, google] = await Promise.all([createMigratedDatabase(), startGoogle({ persons: 3 })]);
    first = await spawnService(variables({ ROLES: 'api,scheduler' }));
  });
  afterEach(async () => {
    await Promise.all(others.map(stopped));
    others = [];
  });
  afterAll(async () => {
    await stopped(first);
    await Promise.all([database.drop(), google.stop()]);
  });

  const variables = (own: Record<string, string>) => ({
    ...serviceEnvironment(database, google),
    ENCRYPTION_KEY: OLD,
    // No sign-in is stored, of which a key that is missing would be told first.
    GOOGLE_REFRESH_TOKEN: '',
    LOG_LEVEL: 'info',
    ...own,
  });
  const stopped = async (process: SpawnedProcess): Promise<void> => {
    process.signal('SIGTERM');
    await process.ended;
  };
  const start = async (own: Record<string, string>): Promise<SpawnedProcess> => {
    const process = await spawnService(variables(own));
    others.push(process);
    return process;
  };
  /** A start that is to be refused. */
  const refused = (own: Record<string, string>) => runProgram('dist/service/main.js', [], variables(own));
  const settings = async (): Promise<{ verdict?: string; found?: string }> => {
    const { body } = await first.call('GET', '/api/doctor');
    const checks = body.checks as { check: string; verdict: string; found: string }[];
    return checks.find(({ check }) => check === 'roles-settings') ?? {};
  };

  it.each([
    ['KAFKA_TOPIC_PREFIX', { KAFKA_TOPIC_PREFIX: 'other.', ROLES: 'projector' }, '"other."', '""'],
    ['KAFKA_BROKERS', { KAFKA_BROKERS: '127.0.0.1:1', ROLES: 'relay' }, 'set', 'not set'],
    ['ENCRYPTION_KEY', { ENCRYPTION_KEY: NEW, ROLES: 'projector' }, ID_OF_NEW, ID_OF_OLD],
  ] as const)('does not start where it differs in %s, and says from what', async (name, own, mine, its) => {
    const { code, output } = await refused(own);
    expect(output).toContain(`contactstream cannot start: ${name} is ${mine}`);
    expect(output).toContain(`but must agree with ${its}`);
    expect(output).toMatch(new RegExp(`of the process \\S+:${first.pid} \\(api, scheduler\\)`));
    expect(code).toBe(EX_CONFIG);
    for (const key of KEYS) expect(output).not.toContain(key);
    expect((await settings()).found).toMatch(/^1 process lives/);
  });

  it('starts where keys are rotated, each of which encrypts what the other decrypts', async () => {
    const behind = await start({ ENCRYPTION_KEY: `${OLD},${NEW}`, ROLES: 'projector' });
    expect(await settings()).toEqual(
      expect.objectContaining({ verdict: 'ok', found: expect.stringMatching(/^2 processes live/) }),
    );
    // The first one could not decrypt what this one encrypts.
    expect((await refused({ ENCRYPTION_KEY: `${NEW},${OLD}`, ROLES: 'projector' })).code).toBe(EX_CONFIG);
    await stopped(behind);
    expect((await settings()).found).toMatch(/^1 process lives/);
  });

  it('starts, says so, and lets the doctor say so, where it differs in what does no harm', async () => {
    const other = await start({ DELETION_GUARD: 'off', ROLES: 'scheduler' });
    const line = other
      .output()
      .split('\n')
      .find((text) => text.includes('do not agree in a setting'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      level: 'warn',
      setting: 'DELETION_GUARD',
      own: 'off',
      other: '20%,50',
      processes: [expect.stringMatching(`:${first.pid} `)],
    });
    const { verdict, found } = await settings();
    expect(verdict).toBe('warning');
    expect(found).toMatch(/DELETION_GUARD: 20%,50 \(\S+\), off \(\S+\)\.$/);
  });

  it('counts what its role does not work by as its own affair', async () => {
    await start({ SYNC_PAGE_SIZE: '500', DELETION_GUARD: 'off', ROLES: 'projector' });
    expect(await settings()).toMatchObject({ verdict: 'ok' });
  });

  it('takes the place of one that was killed, with other settings, as soon as that counts as gone', async () => {
    const killed = await start({ KAFKA_TOPIC_PREFIX: '', ROLES: 'relay' });
    killed.signal('SIGKILL');
    await killed.ended;
    await stopped(first);
    first = await spawnService(variables({ KAFKA_TOPIC_PREFIX: 'other.', ROLES: 'api,scheduler' }));
    expect((await settings()).found).toMatch(/^1 process lives/);
  });
});
