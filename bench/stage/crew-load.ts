import { type Recorder } from '../harness/recorder.js';
import { type BenchDatabase } from './bench-database.js';
import { type Crew } from './crew.js';
import { type Google } from './google.js';
import { type Stage } from './stage.js';

export const LOAD = {
  rate: 'syncs a second',
  processors: 'processors in use: all processes, PostgreSQL and the simulated Google',
  cpu: "the service's processor time for each sync",
  postgres: "PostgreSQL's processor time for each sync",
  google: "the simulated Google's processor time for each sync",
  statements: 'statements of a sync',
  wal: 'write-ahead log of a sync, all of it',
  requests: 'requests to Google of a sync',
} as const;

/** All that works while a schedule is measured. */
interface Measured {
  readonly stage: Stage;
  readonly google: Google;
  readonly database: BenchDatabase;
  readonly crew: Crew;
}

export interface Load {
  readonly seconds: number;
  readonly serviceMs: number;
  readonly postgresMs: number;
  readonly googleMs: number;
  readonly statements: number;
  readonly walBytes: number;
  readonly requests: number;
}

/** Does a task, and tells what it cost whom. */
export async function loadOf(
  { stage, google, database, crew }: Measured,
  task: () => Promise<void>,
): Promise<Load> {
  const postgres = await stage.postgres();
  const [start, serviceBefore, googleBefore] = [performance.now(), crew.cpuMs(), await google.done()];
  const { cpuMs, statements, walBytes } = await postgres.load(database, task);
  const googleAfter = await google.done();
  return {
    seconds: (performance.now() - start) / 1_000,
    serviceMs: crew.cpuMs() - serviceBefore,
    postgresMs: cpuMs ?? Number.NaN,
    googleMs: (googleAfter.cpuMs ?? Number.NaN) - (googleBefore.cpuMs ?? Number.NaN),
    statements,
    walBytes,
    requests: googleAfter.requests - googleBefore.requests,
  };
}

export function recordLoad(recorder: Recorder, setting: string, syncs: number, load: Load): void {
  const { seconds, serviceMs, postgresMs, googleMs } = load;
  const rows: readonly (readonly [subject: string, unit: string, value: number])[] = [
    [LOAD.rate, 'syncs/s', syncs / seconds],
    [LOAD.processors, 'processors', (serviceMs + postgresMs + googleMs) / 1_000 / seconds],
    [LOAD.cpu, 'ms', serviceMs / syncs],
    [LOAD.postgres, 'ms', postgresMs / syncs],
    [LOAD.google, 'ms', googleMs / syncs],
    [LOAD.statements, 'statements', load.statements / syncs],
    [LOAD.wal, 'bytes', load.walBytes / syncs],
    [LOAD.requests, 'requests', load.requests / syncs],
  ];
  for (const [subject, unit, value] of rows) {
    if (Number.isFinite(value)) recorder.add(setting, subject, unit, value);
    else recorder.note('This system does not say how much processor time a process had.');
  }
}
