import { join } from 'node:path';
import { claimDataFolder, lockedPrograms } from './data-folder.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { rememberedEncryptionKey } from './encryption-key.js';
import { simulatedGoogle, startPeopleSimulator } from './people-simulator.js';
import { ProgramEnded, startProgram, type Program } from './program.js';
import { requireServicePort } from './service-port.js';
import { isSet, setting } from './setting.js';
import { type StopRequest } from './stop-request.js';
import { refuseUnusedCredentials } from './unused-credentials.js';
import { whereToLook } from './where-to-look.js';

/** Where the service goes by itself. */
const GOOGLE = 'https://people.googleapis.com/';

export interface LauncherOptions {
  /** Absolute. */
  readonly dataDir: string;
  /** The built programs' main files. */
  readonly entries: { readonly service: string; readonly simulator: string };
  readonly stop: StopRequest;
}

/**
 * Starts whatever part of the system is not configured, then the service, and stops all of it in the reverse order:
 * the service first, because it uses the others, and PostgreSQL last, when nobody writes any more.
 */
export class Launcher {
  private postgres: EmbeddedPostgres | undefined;
  private simulator: Program | undefined;
  private service: Program | undefined;

  constructor(private readonly options: LauncherOptions) {}

  /** Runs until it is told to stop or a program ends by itself; resolves to the exit code. */
  async run(): Promise<number> {
    const { dataDir, stop } = this.options;
    refuseUnusedCredentials();
    await requireServicePort();
    const lock = await claimDataFolder(dataDir, '"npm start"');

    void stop.insisted.then(() => {
      this.service?.kill();
      this.simulator?.kill();
    });
    const up = this.bringUp((more) => {
      lock.tell(more);
    });
    try {
      const ended = up.then(() => this.firstToEnd());
      return await Promise.race([stop.requested.then(() => 0), ended]);
    } catch (error) {
      if (!(error instanceof ProgramEnded)) throw error;
      console.error(error.message);
      return error.exitCode || 1;
    } finally {
      if (stop.isRequested()) console.log('Stopping …');
      await this.stopPrograms();
      // Whatever was being started is up by now, or has failed.
      await up.catch(() => undefined);
      await this.stopPrograms();
      await this.postgres?.stop();
      lock.release();
      if (stop.isRequested()) console.log('Stopped.');
    }
  }

  private async bringUp(tell: (more: Record<string, unknown>) => void): Promise<void> {
    const none: NodeJS.ProcessEnv = {};
    const isDatabaseConfigured = isSet('DATABASE_URL');
    // Side by side: they do not need each other, and each takes a second or two.
    const [database, google] = await Promise.allSettled([
      isDatabaseConfigured ? none : this.startPostgres(),
      setting('GOOGLE_CLIENT_ID') ? none : this.startSimulator(tell),
    ]);
    if (database.status === 'rejected') throw database.reason;
    if (google.status === 'rejected') throw google.reason;
    if (this.options.stop.isRequested()) return;

    this.service = startProgram({
      name: 'The service',
      entry: this.options.entries.service,
      env: { ...process.env, ...inPlaceOfFiles(database.value), ...inPlaceOfFiles(google.value) },
      showOutput: true,
    });
    this.tellPrograms(tell);
    const url = await this.service.ready;
    tell({ url });
    console.log(
      whereToLook({
        service: url,
        postgres: isDatabaseConfigured ? { url: setting('DATABASE_URL') } : { folder: this.postgresFolder },
        kafka: setting('KAFKA_BROKERS'),
        google:
          google.value.PEOPLE_API_URL === undefined
            ? { url: setting('PEOPLE_API_URL') ?? GOOGLE }
            : { simulator: google.value.PEOPLE_API_URL },
        isApiTokenNeeded: isSet('API_TOKENS'),
        isPageServed: setting('DASHBOARD') !== 'off',
      }),
    );
    process.send?.({ ready: true, url });
  }

  private get postgresFolder(): string {
    return join(this.options.dataDir, 'postgres');
  }

  /** @returns what the service needs to use it */
  private async startPostgres(): Promise<NodeJS.ProcessEnv> {
    const { dataDir } = this.options;
    this.postgres = await startEmbeddedPostgres({ folder: this.postgresFolder });
    if (this.postgres.adopted)
      console.log('Found PostgreSQL still running from an earlier start, and uses it.');
    return {
      DATABASE_URL: this.postgres.url,
      ...(isSet('ENCRYPTION_KEY')
        ? {}
        : { ENCRYPTION_KEY: rememberedEncryptionKey(join(dataDir, 'encryption-key')) }),
    };
  }

  /** @returns what the service needs to use it */
  private async startSimulator(tell: (more: Record<string, unknown>) => void): Promise<NodeJS.ProcessEnv> {
    this.simulator = await startPeopleSimulator(this.options.entries.simulator, this.options.dataDir);
    this.tellPrograms(tell);
    return simulatedGoogle(await this.simulator.ready);
  }

  /** So that the next start can wait for them if we are killed. */
  private tellPrograms(tell: (more: Record<string, unknown>) => void): void {
    tell(lockedPrograms([this.service?.pid, this.simulator?.pid]));
  }

  private async firstToEnd(): Promise<number> {
    const programs = { 'The service': this.service, 'The people simulator': this.simulator };
    return await Promise.race(
      Object.entries(programs).map(async ([name, program]) => {
        // A part that we did not start is not watched.
        if (!program) return await new Promise<never>(() => undefined);
        const code = await program.ended;
        // One that was told to stop ends too, as it should.
        if (this.options.stop.isRequested()) return 0;
        throw new ProgramEnded(name, code);
      }),
    );
  }

  private async stopPrograms(): Promise<void> {
    await this.service?.stop();
    await this.simulator?.stop();
  }
}

/** What we set counts: a file that the user's own variables name for it would contradict it. */
function inPlaceOfFiles(values: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const taken = { ...values };
  for (const name of Object.keys(values)) taken[`${name}_FILE`] = undefined;
  return taken;
}
