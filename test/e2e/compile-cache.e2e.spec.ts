import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { spawnService } from '../crash/spawned-process.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { serviceEnvironment } from '../support/service-environment.js';

/** Nobody: nothing is synced. */
const GOOGLE = { url: 'http://127.0.0.1:1' };

describe('What was compiled for a start', () => {
  let database: TestDatabase;
  const folder = mkdtempSync(join(tmpdir(), 'contactstream-service-'));
  const cache = join(folder, 'dist/service/compile-cache');
  beforeAll(async () => {
    database = await createMigratedDatabase();
    cpSync('dist/service', join(folder, 'dist/service'), {
      recursive: true,
      filter: (path) => !path.includes('compile-cache'),
    });
    cpSync('package.json', join(folder, 'package.json'));
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  it('is kept by a process that is killed, and not used by the next one where it was damaged', async () => {
    expect(await startAndKill()).toBe(200);
    const kept = keptFiles();
    expect(Math.max(...kept.map((file) => statSync(file).size))).toBeGreaterThan(500_000);

    for (const file of kept) writeFileSync(file, Buffer.alloc(statSync(file).size, 'x'));
    expect(await startAndKill()).toBe(200);
  });

  it('is no matter of a start that may not write it', async () => {
    rmSync(cache, { recursive: true });
    writeFileSync(cache, 'no folder');
    expect(await startAndKill()).toBe(200);
  });

  /** @returns the status of its readiness */
  async function startAndKill(): Promise<number> {
    const { GOOGLE_REFRESH_TOKEN: _, ...environment } = serviceEnvironment(database, GOOGLE);
    const service = await spawnService({ ...environment, DASHBOARD: 'off' }, [], folder);
    const { status } = await fetch(`${service.url}/health/ready`);
    service.signal('SIGKILL');
    await service.ended;
    return status;
  }

  function keptFiles(): string[] {
    return readdirSync(cache, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  }
});
