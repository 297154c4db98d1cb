import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type * as Service from '../../apps/contact-sync/src/service.js';
import type * as Simulator from '../../apps/people-simulator/src/simulator.js';
import { type Call, callsTo } from './call.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { createMigratedDatabase } from './migrated-database.js';
import { outside } from './outside.js';
import { serviceEnvironment } from './service-environment.js';

/** Google, simulated, with a folder of its own. */
export interface TestGoogle {
  readonly url: string;
  readonly control: Call;
  stop(): Promise<void>;
}

/** As {@link serviceEnvironment} makes the service known. */
const CLIENT = {
  id: 'client',
  secret: 'secret',
  redirectUris: ['http://127.0.0.1:0/api/auth/google/callback', 'http://127.0.0.1/playground'],
};

export type RunningService = Service.RunningService;

/** A whole service, as {@link outside} loads it. */
export async function startService(environment: Readonly<Record<string, string>>): Promise<RunningService> {
  const service = await outside<typeof Service>('apps/contact-sync/src/service.ts');
  return service.startService(environment);
}

export async function startGoogle(
  options: Partial<Parameters<typeof Simulator.startPeopleSimulator>[0]> = {},
): Promise<TestGoogle> {
  const { startPeopleSimulator } = await outside<typeof Simulator>('apps/people-simulator/src/simulator.ts');
  const dataDir = await mkdtemp(path.join(tmpdir(), 'contactstream-google-'));
  const simulator = await startPeopleSimulator({ dataDir, persons: 0, clients: [CLIENT], ...options });
  return {
    url: simulator.url,
    control: callsTo(simulator.url),
    stop: async () => {
      await simulator.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A whole service on a database of its own, with a Google of its own. */
export interface TestService {
  readonly api: Call;
  readonly url: string;
  readonly google: TestGoogle;
  readonly database: TestDatabase;
  stop(): Promise<void>;
}

/**
 * @param variables beside {@link serviceEnvironment}
 * @param prepare what is to be done with an empty database before the service sees it
 */
export async function startTestService(
  variables: Record<string, string> = {},
  googleOptions: Parameters<typeof startGoogle>[0] = {},
  prepare?: (database: TestDatabase) => Promise<void>,
): Promise<TestService> {
  const [database, google] = await Promise.all([
    prepare === undefined ? createMigratedDatabase() : createTestDatabase(),
    startGoogle(googleOptions),
  ]);
  let service: RunningService;
  try {
    await prepare?.(database);
    service = await startService({ ...serviceEnvironment(database, google), ...variables });
  } catch (error) {
    await Promise.all([database.drop(), google.stop()]);
    throw error;
  }
  return {
    api: callsTo(service.url),
    url: service.url,
    google,
    database,
    stop: async () => {
      await service.stop();
      await Promise.all([database.drop(), google.stop()]);
    },
  };
}
