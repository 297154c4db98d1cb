import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { RefreshTokenVault } from '#accounts';

import { type Call, callsTo } from '../support/call.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { type EndedProgram, runProgram } from '../support/run-program.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const OLD = Buffer.alloc(32, 7);
const NEW = Buffer.alloc(32, 8);
const idOf = (key: Buffer): string => new RefreshTokenVault([key]).keyId;
const written = (...keys: Buffer[]): string => keys.map((key) => key.toString('base64')).join(',');

describe('The keys of ENCRYPTION_KEY', () => {
  /** With two accounts, whose sign-ins are encrypted with the old key. */
  let template: TestDatabase;
  let database: TestDatabase;
  let google: TestGoogle;
  beforeAll(async () => {
    [template, google] = await Promise.all([
      createMigratedDatabase(),
      startGoogle({ persons: 3, accounts: [{ name: 'second', persons: 2 }] }),
    ]);
    database = template;
    for (const token of ['demo-refresh-token', 'second-refresh-token'])
      await during({ ENCRYPTION_KEY: written(OLD), GOOGLE_REFRESH_TOKEN: token }, () => Promise.resolve());
  });
  afterAll(() => Promise.all([template.drop(), google.stop()]));
  beforeEach(async () => {
    database = await createTestDatabase({ template: template.name });
  });
  afterEach(() => database.drop());

  const during = async (variables: Record<string, string>, work: (api: Call) => Promise<void>) => {
    const service = await startService({ ...serviceEnvironment(database, google), ...variables });
    try {
      await work(callsTo(service.url));
    } finally {
      await service.stop();
    }
  };
  const keys = (args: readonly string[], ...given: Buffer[]): Promise<EndedProgram> =>
    runProgram('dist/apps/cli/contactstream.js', ['keys', ...args], {
      DATABASE_URL: database.url,
      ENCRYPTION_KEY: written(...given),
    });
  /** A start that is to be refused: a process, because that ends with it. */
  const start = (...given: Buffer[]): Promise<EndedProgram> =>
    runProgram('dist/service/main.js', [], {
      ...serviceEnvironment(database, google),
      ENCRYPTION_KEY: written(...given),
    });
  const stored = async (): Promise<{ id: string; token: string | null; state: string }[]> =>
    sql(database, 'select id, refresh_token as token, state from accounts order by id');
  /** What was done to the keys, newest first. */
  const audited = (): Promise<object[]> =>
    sql(
      database,
      `select actor_kind as kind, action, object, outcome from audit_entries
       where action like 'keys.%' order by occurred_at desc`,
    );
  const operation = (action: string, outcome: string) => ({
    kind: 'operator',
    action,
    object: null,
    outcome,
  });
  const keyIds = async () => (await stored()).map(({ token }) => token?.split(':')[1]);
  const syncAll = async (api: Call): Promise<number[]> => {
    const accounts = await stored();
    const answers = accounts.map(({ id }) => api('POST', '/api/sync', { accountId: id }));
    return (await Promise.all(answers)).map(({ status }) => status);
  };
  /** As a version before wrote it. */
  const putIntoOldForm = async (): Promise<void> => {
    for (const { id, token } of await stored()) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', OLD, nonce).setAAD(Buffer.from(id));
      const text = new RefreshTokenVault([OLD]).decrypt(token ?? '', id);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const bytes = Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
      await sql(database, 'update accounts set refresh_token = $1 where id = $2', [
        `v1:${bytes.toString('base64')}`,
        id,
      ]);
    }
  };

  it('must have that of each stored sign-in: else the start is refused, and nothing is changed', async () => {
    const before = await stored();
    const { code, output } = await start(NEW);
    expect(output).toMatch(/^contactstream cannot start: ENCRYPTION_KEY is \(hidden\)/);
    expect(output).toContain(`2 with the key ${idOf(OLD)}`);
    expect(output).toContain(`npm run keys -- forget ${idOf(OLD)}`);
    expect(output).not.toContain(written(NEW));
    expect(code).toBe(78);
    expect(await stored()).toEqual(before);
  });

  it('are tried where a sign-in of an older version does not name its own', async () => {
    await putIntoOldForm();
    const { code, output } = await start(NEW);
    expect({ code, output }).toEqual({ code: 78, output: expect.stringContaining('2 with the key unknown') });
    await during({ ENCRYPTION_KEY: written(NEW, OLD) }, async (api) => {
      expect(await syncAll(api)).toEqual([200, 200]);
    });
  });

  it.each(['named', 'not named'])(
    'are rotated where the old one is %s, and the old one can go',
    async (how) => {
      if (how === 'not named') await putIntoOldForm();
      const { code, output } = await keys(['rotate'], NEW, OLD);
      expect(output).toContain('2 sign-ins encrypted with the first key; 0 were before.');
      expect(output).toMatch(new RegExp(`${idOf(NEW)} +2 +first: encrypts\\n${idOf(OLD)} +0 +decrypts`));
      expect(code).toBe(0);
      expect(await keyIds()).toEqual([idOf(NEW), idOf(NEW)]);
      expect(await audited()).toEqual([operation('keys.rotate', 'done')]);
      await during({ ENCRYPTION_KEY: written(NEW) }, async (api) => {
        expect(await syncAll(api)).toEqual([200, 200]);
      });
    },
  );

  it('are told with how many sign-ins each has, the missing ones too', async () => {
    const { code, output } = await keys(['status'], NEW);
    expect(output).toMatch(new RegExp(`${idOf(NEW)} +0 +first: encrypts\\n${idOf(OLD)} +2 +MISSING`));
    expect(await audited()).toEqual([]);
    expect(code).toBe(0);
  });

  it('are not rotated where one is missing', async () => {
    const before = await stored();
    const { code, output } = await keys(['rotate'], NEW);
    expect({ code, output }).toEqual({ code: 78, output: expect.stringContaining(idOf(OLD)) });
    expect(await stored()).toEqual(before);
    expect(await audited()).toEqual([operation('keys.rotate', 'failed')]);
  });

  it('are rotated around a sign-in that comes meanwhile, and again after the rotation was killed', async () => {
    const [first, last] = await stored();
    const signedIn = new RefreshTokenVault([NEW]).encrypt('of the new sign-in', last?.id ?? '');
    const connection = new pg.Client({ connectionString: database.url });
    await connection.connect();
    try {
      await connection.query('begin');
      await connection.query('update accounts set refresh_token = $1 where id = $2', [signedIn, last?.id]);
      const rotation = keys(['rotate'], NEW, OLD);
      await waitFor(async () => (await sql(database, `${WAITING} and query ilike 'update%'`)).length > 0, {
        what: 'the rotation at the row that is being written',
      });
      // Ended in the middle of its transaction; what it did is rolled back, and done by the next.
      await sql(database, `select pg_terminate_backend(pid) from (${WAITING}) as waiting`);
      expect((await rotation).code).toBe(1);
      expect((await stored())[0]).toEqual(first);

      const again = keys(['rotate'], NEW, OLD);
      await waitFor(async () => (await sql(database, WAITING)).length > 0, { what: 'the second rotation' });
      await connection.query('commit');
      expect((await again).output).toContain(
        '1 sign-in encrypted with the first key; 0 were before.\n1 changed',
      );
    } finally {
      await connection.end();
    }
    expect((await stored()).map(({ token }) => token)).toEqual([
      expect.stringContaining(idOf(NEW)),
      signedIn,
    ]);
    expect((await keys(['rotate'], NEW, OLD)).output).toContain(
      '0 sign-ins encrypted with the first key; 2 were',
    );
  });

  it('that are lost are forgotten by hand: their accounts sign in again, others stay', async () => {
    const [first] = await stored();
    const kept = new RefreshTokenVault([NEW]).encrypt('demo-refresh-token', first?.id ?? '');
    await sql(database, 'update accounts set refresh_token = $1 where id = $2', [kept, first?.id]);
    expect((await keys(['forget', idOf(NEW)], NEW)).output).toContain('0 sign-ins dropped');

    const { code, output } = await keys(['forget', idOf(OLD)], NEW);

    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('1 sign-in dropped') });
    expect((await audited())[0]).toEqual({ ...operation('keys.forget', 'done'), object: idOf(OLD) });
    expect(await stored()).toMatchObject([
      { token: kept, state: 'connected' },
      { token: null, state: 'needs-reauth' },
    ]);
    await during({ ENCRYPTION_KEY: written(NEW), GOOGLE_REFRESH_TOKEN: '' }, async (api) => {
      expect(await syncAll(api)).toEqual([200, 401]);
    });
  });

  it('may stand in a file, as the address of the database may', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contactstream-secrets-'));
    try {
      const [url, key] = [join(folder, 'url'), join(folder, 'key')];
      await writeFile(url, `${database.url}\n`);
      await writeFile(key, `${written(OLD)}\n`);
      const files = { DATABASE_URL_FILE: url, ENCRYPTION_KEY_FILE: key };
      const migrated = await runProgram('dist/apps/cli/contactstream.js', ['migrate'], files);
      expect(migrated).toMatchObject({ code: 0 });
      const { output } = await runProgram('dist/apps/cli/contactstream.js', ['keys', 'status'], files);
      expect(output).toMatch(new RegExp(`${idOf(OLD)} +2 +first`));
      await during({ DATABASE_URL: '', ENCRYPTION_KEY: '', ...files }, async (api) => {
        expect(await syncAll(api)).toEqual([200, 200]);
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([[[]], [['turn']], [['forget']], [['rotate', 'more']]])(
    'have a program that says how it is used: %j',
    async (args) => {
      const { code, output } = await keys(args, OLD);
      expect({ code, output }).toEqual({
        code: 2,
        output: expect.stringContaining('contactstream'),
      });
    },
  );
});

const WAITING = `select pid from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and wait_event_type = 'Lock'`;
