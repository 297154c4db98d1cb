import { type BenchmarkRun } from '../benchmark.js';
import { type Later } from '../harness/with-cleanup.js';
import { type BenchDatabase } from './bench-database.js';
import { BenchService, type ServiceOptions } from './service.js';

/** What is left to be told: the rest is the database's, and the stage's. */
export type ServiceOnOptions = Omit<ServiceOptions, 'database' | 'google'>;

/** A service that has the database to itself; both end with the work. */
export async function serviceOn(
  { stage, settings }: BenchmarkRun,
  database: BenchDatabase,
  later: Later,
  options: ServiceOnOptions = {},
): Promise<BenchService> {
  later(() => database.drop());
  const google = await stage.google();
  const service = await BenchService.start({ database, google, profile: settings.profile, ...options });
  later(() => service.stop());
  return service;
}
