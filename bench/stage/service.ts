import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

import { spawnCompiledService, spawnService, type SpawnedProcess } from '../../test/crash/spawned-process.js';
import { serviceEnvironment } from '../../test/support/service-environment.js';
import { type BenchDatabase } from './bench-database.js';
import { type Google } from './google.js';
import { callJson } from './http.js';
import { cpuMsOf, procFile } from './processor-time.js';
import { type RunWatch, watchRuns } from './run-watch.js';
import { profilerOption, toggleProfiler } from './profiler.js';

export interface ServiceOptions {
  readonly database: BenchDatabase;
  /** Its address, where the pages that were recalled are of no use; or all of it. */
  readonly google: Pick<Google, 'url'>;
  readonly roles?: string;
  readonly kafka?: {
    readonly brokers: string;
    readonly topicPrefix: string;
    readonly publisher?: 'kafkajs' | 'platformatic';
  };
  readonly profile?: boolean;
  /** Variables beside those that every service has. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** When the stages of a sync were over, in milliseconds from its request. */
export interface SyncTimes {
  readonly logCommitted: number;
  /** null where no process fills the read model. */
  readonly readModelCaughtUp: number | null;
  readonly statistics: Readonly<Record<string, number>>;
}

interface SyncAnswer {
  readonly statistics?: Record<string, number>;
  readonly run?: { readonly id: string; readonly lastPosition: string | null; readonly state: string };
  readonly detail?: string;
}

/** The service as it runs in production: the built code, in a process of its own; for a profile, before it was bundled. */
export class BenchService {
  private stopped: Promise<void> | null = null;

  private constructor(
    private readonly program: SpawnedProcess,
    private readonly runs: RunWatch,
    private readonly options: ServiceOptions,
    /** From its spawning to the first 200 of /health/ready. */
    readonly readyAfterMs: number,
  ) {}

  static async start(options: ServiceOptions): Promise<BenchService> {
    const { database, google, roles, kafka, profile } = options;
    // Accounts are connected one by one, in the database.
    const { GOOGLE_REFRESH_TOKEN: _unused, ...environment } = serviceEnvironment(database, google);
    const start = performance.now();
    const program = await (profile === true ? spawnCompiledService : spawnService)({
      ...environment,
      LOG_LEVEL: 'error',
      MIGRATE_ON_START: 'false',
      DELETION_GUARD: 'off',
      ...(roles === undefined ? {} : { ROLES: roles }),
      ...(kafka === undefined
        ? {}
        : {
            KAFKA_BROKERS: kafka.brokers,
            KAFKA_TOPIC_PREFIX: kafka.topicPrefix,
            KAFKA_PUBLISHER: kafka.publisher ?? 'kafkajs',
          }),
      ...(profile === true ? { NODE_OPTIONS: profilerOption() } : {}),
      ...options.environment,
    });
    while ((await callJson(`${program.url}/health/ready`, 'GET')).status !== 200) await delay(2);
    const readyAfterMs = performance.now() - start;
    return new BenchService(program, await watchRuns(database.url), options, readyAfterMs);
  }

  get url(): string {
    return this.program.url;
  }

  get pid(): number {
    return this.program.pid;
  }

  /** Whether it fills the read model. */
  get projects(): boolean {
    return this.options.roles?.includes('projector') ?? true;
  }

  /** @throws Error when the run does not succeed */
  async sync(mode: 'full' | 'incremental', accountId: string): Promise<SyncTimes> {
    const start = performance.now();
    // Without a projector an answer would wait ten seconds for the read model; a large sync needs more than that.
    const async = mode === 'full' || !this.projects;
    const { status, body } = await callJson(
      `${this.url}/api/sync/${mode}`,
      'POST',
      { accountId },
      async ? { prefer: 'respond-async' } : {},
    );
    const answered = performance.now();
    const answer = body as SyncAnswer & { id?: string };
    const id = async ? answer.id : answer.run?.id;
    if (status >= 300 || id === undefined) {
      throw new Error(`A ${mode} sync was answered with ${status}: ${answer.detail ?? ''}`);
    }
    const ended = await this.runs.end(id);
    if (ended.state !== 'succeeded') throw new Error(`A ${mode} sync is ${ended.state}, not succeeded`);
    if (async && this.projects) await this.holds(ended.lastPosition);
    return {
      logCommitted: ended.at - start,
      readModelCaughtUp: this.projects ? (async ? performance.now() : answered) - start : null,
      statistics: ended.statistics,
    };
  }

  /** Returns once the read model holds everything up to a position. */
  async holds(position: string | null): Promise<void> {
    if (position === null) return;
    for (;;) {
      const query = `limit=1&minPosition=${position}`;
      const { status } = await callJson(`${this.url}/api/contacts?${query}`, 'GET');
      if (status === 200) return;
      if (status !== 503) throw new Error(`GET /api/contacts?${query} was answered with ${status}`);
    }
  }

  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    return callJson(`${this.url}${path}`, method, body);
  }

  /** Its peak memory in MiB; null where the system does not tell. */
  peakRssMiB(): number | null {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(procFile(this.program.pid, 'status') ?? '')?.[1];
    return kib === undefined ? null : Number(kib) / 1_024;
  }

  /** Its memory now in MiB; null where the system does not tell. */
  rssMiB(): number | null {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(procFile(this.program.pid, 'status') ?? '')?.[1];
    return kib === undefined ? null : Number(kib) / 1_024;
  }

  /** Processor time since its start, in milliseconds; null where the system does not say. */
  cpuMs(): number | null {
    return cpuMsOf(this.program.pid);
  }

  /** Runs the task under the profiler, if the service was started with it; else not at all. @returns the profile's file */
  async profiled(name: string, task: () => Promise<unknown>): Promise<string | null> {
    if (this.options.profile !== true) return null;
    return toggleProfiler(this.program, name, task);
  }

  /** Stops it in order; does nothing when it is stopped already. */
  stop(): Promise<void> {
    return (this.stopped ??= this.stopNow());
  }

  /** Ends it as a crash does. */
  kill(): Promise<void> {
    return (this.stopped ??= this.killNow());
  }

  private async killNow(): Promise<void> {
    this.program.signal('SIGKILL');
    await this.program.ended;
    await this.runs.stop();
  }

  private async stopNow(): Promise<void> {
    await this.runs.stop();
    // Read before the stop: a request whose client has gone may complain of the closing database.
    const said = this.program.output();
    this.program.signal('SIGTERM');
    await this.program.ended;
    const complaint = said.split('\n').find((line) => line.includes('"level":"error"'));
    if (complaint !== undefined) {
      throw new Error(`A service had trouble, so its figures say nothing: ${complaint}`);
    }
  }
}

/** What `npm run migrate` does. */
export async function migrateDatabase(database: BenchDatabase): Promise<void> {
  await promisify(execFile)(process.execPath, ['dist/apps/cli/contactstream.js', 'migrate'], {
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, LOG_LEVEL: 'warn' },
  });
}
