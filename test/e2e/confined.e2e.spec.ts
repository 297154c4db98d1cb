import { spawnSync } from 'node:child_process';

import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { describeUnless } from '../support/kafka.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { type TestDatabase } from '../support/database.js';

/** Runs what follows where nothing can be written, and where /proc shows its own processes alone. */
const CONFINED = [
  'unshare',
  '--mount',
  'sh',
  '-c',
  'mount --make-rprivate / && mount --options remount,bind,ro / && mount --types proc --options subset=pid proc /proc && exec "$@"',
  'sh',
];

const canConfine = spawnSync(CONFINED[0] ?? '', [...CONFINED.slice(1), 'true']).status === 0;

describeUnless(canConfine ? null : 'this user may not mount')(
  'A service whose file system is read-only',
  () => {
    let database: TestDatabase;
    let google: TestGoogle;
    let service: SpawnedProcess;
    beforeAll(async () => {
      [database, google] = await Promise.all([createMigratedDatabase(), startGoogle({ persons: 5 })]);
      service = await spawnService({ ...serviceEnvironment(database, google), LOG_LEVEL: 'warn' }, CONFINED);
    });
    afterAll(async () => {
      service.signal('SIGTERM');
      await service.ended;
      await Promise.all([database.drop(), google.stop()]);
    });

    it('syncs, exports and tells how it is, as in the image and under systemd', async () => {
      expect(await service.call('POST', '/api/sync')).toMatchObject({
        status: 200,
        body: { statistics: { created: 5 } },
      });
      for (const path of [
        '/api/contacts',
        '/api/export?format=jsonl',
        '/api/doctor',
        '/health/ready',
        '/metrics',
        '/',
      ]) {
        expect([path, (await fetch(`${service.url}${path}`)).status]).toEqual([path, 200]);
      }
      expect(service.output()).toBe('');
    });
  },
);
