import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../support/database.js';
import { makeLaunchPad, type LaunchPad } from '../support/launcher.js';
import { waitFor } from '../support/wait-for.js';

/** What a process sees can be read there. */
const onLinux = existsSync('/proc/self/environ') ? it : it.skip;

describe('npm start', () => {
  let pad: LaunchPad;

  beforeEach(async () => {
    pad = await makeLaunchPad();
  });

  afterEach(async () => {
    await pad.clear();
  });

  it('brings up everything that is not configured, refuses a second start, and leaves nothing running', async () => {
    const first = pad.launch();
    const url = await first.ready;
    expect(url).toBe(`http://127.0.0.1:${pad.port}`);
    expect(first.output()).toContain(`curl -X POST ${url}/api/sync`);
    expect(first.output()).toContain('\nPostgreSQL  embedded, data/postgres\n');
    expect(first.output()).toContain('\nKafka       none: the read model follows the event log\n');
    expect(first.output()).toMatch(/\nGoogle {6}simulated at http:\/\/127\.0\.0\.1:\d+\n/);

    const answer = await fetch(`${url}/api/sync`, { method: 'POST' });
    expect(await answer.json()).toMatchObject({
      status: 'success',
      statistics: { total_fetched: 250, created: 250 },
    });

    const second = pad.launch({ PORT: '0' });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(
      `"npm start" (process ${first.pid}, at ${url}) uses the data folder ${pad.dataDir} already.`,
    );

    const programs = pad.startedPrograms();
    expect(programs).toHaveLength(3);
    // As a terminal and npm do together: the same Ctrl-C arrives twice.
    first.signal('SIGINT');
    first.signal('SIGINT');
    expect(await first.ended).toBe(0);
    expect(first.output().trimEnd().split('\n').at(-1)).toBe('Stopped.');
    expect(programs.filter((program) => program.isRunning())).toEqual([]);
  });

  it('finds its data again after it was killed, and the PostgreSQL that was left running', async () => {
    const killed = pad.launch();
    const syncedAt = await killed.ready;
    await fetch(`${syncedAt}/api/sync`, { method: 'POST' });
    const key = encryptionKey(pad);
    const [service, simulator, postgres] = pad.startedPrograms();

    killed.signal('SIGKILL');
    await killed.ended;
    // At once, while the service may still be about to give its port back.
    const next = pad.launch();
    const url = await next.ready;

    expect([service, simulator, postgres].map((program) => program?.isRunning())).toEqual([
      false,
      false,
      true,
    ]);
    expect(next.output()).toContain('Found PostgreSQL still running from an earlier start');
    expect(encryptionKey(pad)).toBe(key);
    const contacts = (await (await fetch(`${url}/api/contacts?limit=500`)).json()) as { items: unknown[] };
    expect(contacts.items).toHaveLength(250);

    next.signal('SIGTERM');
    expect(await next.ended).toBe(0);
    expect(postgres?.isRunning()).toBe(false);
  });

  onLinux('gives its secrets to the service alone', async () => {
    const secrets = {
      API_TOKENS: 'canary-of-the-test-0123456789',
      KAFKA_SASL_PASSWORD: 'canary-of-the-test',
      ENCRYPTION_KEY: Buffer.from('canary-of-the-test-32-bytes-long').toString('base64'),
      // A file for what it sets itself does not contradict it.
      GOOGLE_CLIENT_SECRET_FILE: '/canary-of-the-test',
    };
    const launched = pad.launch({ ...secrets, SIMULATOR_SEED: '7' });
    await launched.ready;
    const [service, simulator, postgres] = pad
      .startedPrograms()
      .map(({ pid }) => readFileSync(`/proc/${pid}/environ`, 'utf8'));
    expect(service).toContain(`ENCRYPTION_KEY=${secrets.ENCRYPTION_KEY}`);
    expect(simulator).toContain('SIMULATOR_SEED=7');
    expect(postgres).toContain('LC_ALL=C');
    for (const environment of [simulator, postgres]) {
      expect(environment).not.toMatch(/canary-of-the-test|DATABASE_URL|ENCRYPTION_KEY/);
    }
  });

  it('starts the service alone where the rest is configured', async () => {
    const database = await createTestDatabase();
    const launched = pad.launch({
      DATABASE_URL: database.url,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      GOOGLE_CLIENT_ID: 'client',
      GOOGLE_CLIENT_SECRET: 'secret',
    });
    await launched.ready;

    expect(pad.startedPrograms()).toHaveLength(1);
    expect(existsSync(join(pad.dataDir, 'postgres'))).toBe(false);
    expect(launched.output()).not.toMatch(/simulated|embedded/);
    expect(launched.output()).toContain(`\nPostgreSQL  ${new URL(database.url).host}/${database.name}\n`);
    expect(launched.output()).toContain('\nGoogle      https://people.googleapis.com/\n');

    launched.signal('SIGTERM');
    await launched.ended;
    await database.drop();
  });

  it('stops the rest and passes on the exit code when the service ends by itself', async () => {
    const launched = pad.launch({ LOG_LEVEL: 'deafening' });
    expect(await launched.ended).toBe(78);
    expect(launched.output()).toContain('LOG_LEVEL');
    expect(launched.output()).toContain('The service ended (exit code 78), see above.');
    expect(pad.startedPrograms()).toEqual([]);
  });

  describe('says in one line what stands in its way, and starts nothing', () => {
    const refusal = async (env: NodeJS.ProcessEnv = {}): Promise<string> => {
      const launched = pad.launch(env);
      expect(await launched.ended).toBe(1);
      expect(pad.startedPrograms()).toEqual([]);
      const lines = launched.output().trimEnd().split('\n');
      expect(lines).toHaveLength(1);
      return lines.join();
    };

    it('a taken port', async () => {
      const other = createServer().listen(pad.port, '127.0.0.1');
      await waitFor(() => other.listening, { what: 'the other program' });
      expect(await refusal()).toContain(`Port ${pad.port} of 127.0.0.1 is taken by another program.`);
      other.close();
    });

    it.each(['GOOGLE_CLIENT_SECRET', 'GOOGLE_REFRESH_TOKEN'])(
      'credentials of Google without a client, so that none goes to the simulator: %s',
      async (name) => {
        expect(await refusal({ [name]: 'real' })).toBe(
          `${name} is set, but GOOGLE_CLIENT_ID is not. Set GOOGLE_CLIENT_ID for Google itself, or unset ${name} for the simulated one.`,
        );
      },
    );

    it('a service account of Google without a client', async () => {
      const file = join(pad.dataDir, '..', 'key.json');
      writeFileSync(file, JSON.stringify({ type: 'service_account', project_id: 'real' }));
      expect(await refusal({ GOOGLE_SERVICE_ACCOUNT_FILE: file })).toContain('GOOGLE_CLIENT_ID is not');
    });

    it('a file where the data folder should be', async () => {
      writeFileSync(pad.dataDir, 'not a folder');
      expect(await refusal()).toContain(
        `The data folder ${pad.dataDir} cannot be used: there is a file of that name`,
      );
    });

    it('a PostgreSQL folder that is not one any more', async () => {
      mkdirSync(join(pad.dataDir, 'postgres', 'cluster'), { recursive: true });
      expect(await refusal()).toContain('is not a PostgreSQL cluster (no PG_VERSION in it). Bring ');
    });
  });
});

function encryptionKey({ dataDir }: LaunchPad): string {
  const file = join(dataDir, 'encryption-key');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return readFileSync(file, 'utf8');
}
