import { type BenchmarkRun } from '../benchmark.js';
import { type Later } from '../harness/with-cleanup.js';
import { type BenchDatabase } from './bench-database.js';
import { BenchService, type ServiceOptions } from './service.js';

/** The options that neither the database nor the stage gives. */
export type ServiceOnOptions = Omit<ServiceOptions, 'database' | 'google'>;

/** A service and its database, both for the time of the work. On default settings it has all roles. */
export async function serviceOn(
  { stage, settings }: BenchmarkRun,
  database: BenchDatabase,
  later: Later,
  { roles, ...options }: ServiceOnOptions = {},
): Promise<BenchService> {
  later(() => database.drop());
  const google = await stage.google();
  const service = await BenchService.start({
    database,
    google,
    profile: settings.profile,
    ...(roles === undefined || stage.hasDefaults ? {} : { roles }),
    ...options,
  });
  later(() => service.stop());
  return service;
}
