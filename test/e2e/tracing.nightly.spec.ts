import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { type TestDatabase } from '../support/database.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, type TestGoogle } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

const TELLING = pathToFileURL(resolve('test/support/tell-opentelemetry.mjs')).href;

describe('Tracing', () => {
  let database: TestDatabase;
  let google: TestGoogle;
  let receiver: OtlpReceiver;
  let service: SpawnedProcess | null;
  beforeEach(async () => {
    service = null;
    [database, google, receiver] = await Promise.all([
      createMigratedDatabase(),
      startGoogle({ persons: 10 }),
      OtlpReceiver.start(false),
    ]);
  });
  afterEach(async () => {
    service?.signal('SIGKILL');
    await service?.ended;
    await Promise.all([database.drop(), google.stop(), receiver.stop()]);
  });

  const start = async (variables: Record<string, string>): Promise<SpawnedProcess> => {
    service = await spawnService({
      ...serviceEnvironment(database, google),
      LOG_LEVEL: 'info',
      NODE_OPTIONS: `--import ${TELLING}`,
      ...variables,
    });
    return service;
  };
  const synced = async ({ call }: SpawnedProcess) => (await call('POST', '/api/sync')).status;
  /** Prometheus's client has the interface that everybody shares, which does nothing by itself. */
  const loaded = (running: SpawnedProcess): string[] =>
    [...new Set(running.output().match(/(?<=^loads @opentelemetry\/).*$/gm))].filter(
      (name) => name !== 'api',
    );
  const complaints = (running: SpawnedProcess) =>
    running
      .output()
      .split('\n')
      .filter((line) => line.includes('traces do not reach the collector'));

  it('loads no SDK of OpenTelemetry where no collector is named', async () => {
    const running = await start({ OTEL_SERVICE_NAME: 'contacts' });
    expect(await synced(running)).toBe(200);
    running.signal('SIGTERM');
    await running.ended;
    expect(loaded(running)).toEqual([]);
  });

  it('whose collector cannot be reached says so once, and fails no sync', async () => {
    const running = await start({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
      // Of a whole export; one begins every five seconds.
      OTEL_EXPORTER_OTLP_TIMEOUT: '100',
    });
    expect(loaded(running)).toContain('sdk-trace');
    expect(await synced(running)).toBe(200);
    await waitFor(() => complaints(running).length > 0, { what: 'the complaint' });
    expect(await synced(running)).toBe(200);
    // Where what is left is sent, too.
    running.signal('SIGTERM');
    await running.ended;
    expect(complaints(running)).toEqual([expect.stringContaining('ECONNREFUSED')]);
  });

  it('whose collector never answers holds up no stop', async () => {
    const running = await start({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces` });
    expect(await synced(running)).toBe(200);
    const began = performance.now();
    running.signal('SIGTERM');
    expect([0, 'SIGTERM']).toContain(await running.ended);
    expect(performance.now() - began).toBeLessThan(5_000);
    const names = receiver.spans.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['sync run', 'commit', 'process log']));
  });
});
