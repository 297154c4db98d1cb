import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import kafkajs from 'kafkajs';

import { findKafkaRuntime } from '../../apps/local/src/kafka/kafka-runtime.js';
import { startKafka } from '../../apps/local/src/kafka/start-kafka.js';
import { waitFor } from '../../test/support/wait-for.js';
import { type BenchSettings } from '../bench-settings.js';
import { type BenchDatabase } from './bench-database.js';
import { BenchPostgres, TUNED } from './bench-postgres.js';
import { Google } from './google.js';
import { keepEvents, LogCopies } from './log-copies.js';
import { fillOthers } from './other-accounts.js';
import { migrateDatabase } from './service.js';

/** The servers that all contestants share, each started when it is first needed. */
export class Stage {
  /** Named so that the test run after one that was killed ends the servers in it and removes it. */
  private readonly folder = mkdtempSync(join(tmpdir(), `contactstream-test-${process.pid}-bench-`));
  private readonly ends: (() => Promise<void>)[] = [];
  private readonly templates = new Map<string, Promise<string>>();
  private closing: Promise<void> | undefined;
  private google_: Promise<Google> | undefined;
  private postgres_: Promise<BenchPostgres> | undefined;
  private kafka_: Promise<string | null> | undefined;
  private onDefaults_: Stage | undefined;

  /** @param tuned given: this stage is the one beside it that has default settings */
  constructor(
    private readonly settings: BenchSettings,
    private readonly progress: (what: string) => void,
    private readonly tuned: Stage | null = null,
  ) {}

  /** Whether PostgreSQL has its own default settings, and a service all roles in one process, as people run them. */
  get hasDefaults(): boolean {
    return this.tuned !== null;
  }

  /** The same Google and Kafka, with another PostgreSQL. */
  onDefaults(): Stage {
    return (this.onDefaults_ ??= new Stage(this.settings, this.progress, this));
  }

  google(): Promise<Google> {
    if (this.tuned !== null) return this.tuned.google();
    return (this.google_ ??= this.started(Google.start(join(this.folder, 'google'))));
  }

  postgres(): Promise<BenchPostgres> {
    const settings = this.hasDefaults ? {} : TUNED;
    return (this.postgres_ ??= this.started(BenchPostgres.start(join(this.folder, 'postgres'), settings)));
  }

  /** Addresses of the brokers; null where this machine can run none. */
  kafka(): Promise<string | null> {
    if (this.tuned !== null) return this.tuned.kafka();
    return (this.kafka_ ??= this.startKafka());
  }

  /** A database of the service's with that many contacts of other accounts in it. */
  async database(others = 0): Promise<BenchDatabase> {
    if (others === 0) return this.copyOf('no contacts', () => this.emptyDatabase(), migrateDatabase);
    return this.copyOf(
      `${others} others`,
      () => this.database(),
      async (database) => fillOthers(database, await this.google(), others, this.progress),
    );
  }

  /** A database of the service's, without contacts, with that many events to be appended. */
  async logCopies(events: number): Promise<LogCopies> {
    const database = await this.copyOf(
      `${events} events`,
      () => this.database(),
      async (empty) => keepEvents(empty, await this.google(), events),
    );
    return new LogCopies(database);
  }

  async emptyDatabase(): Promise<BenchDatabase> {
    return (await this.postgres()).createDatabase('template0');
  }

  /** Resolves when all is stopped, also for a second caller, such as a signal while the first stop goes on. */
  close(): Promise<void> {
    return (this.closing ??= this.closeNow());
  }

  private async closeNow(): Promise<void> {
    await this.onDefaults_?.close();
    for (const end of this.ends.splice(0).reverse()) await end();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Made once and then copied: PostgreSQL copies files faster than rows are inserted. */
  private async copyOf(
    what: string,
    from: () => Promise<BenchDatabase>,
    fill: (database: BenchDatabase) => Promise<void>,
  ): Promise<BenchDatabase> {
    const make = async (): Promise<string> => {
      const database = await from();
      await fill(database);
      await database.disconnect();
      return database.name;
    };
    const template = this.templates.get(what) ?? make();
    this.templates.set(what, template);
    return (await this.postgres()).createDatabase(await template);
  }

  private async startKafka(): Promise<string | null> {
    const runtime = await findKafkaRuntime();
    if (runtime.kind === 'none') {
      this.progress(`without Kafka: ${runtime.reason}`);
      return null;
    }
    this.progress('starting Kafka');
    const kafka = await startKafka({ dataDir: join(this.folder, 'kafka') });
    this.ends.push(() => kafka.kill());
    await coordinatesGroups(kafka.brokers);
    return kafka.brokers;
  }

  private async started<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const server = await starting;
    this.ends.push(() => server.stop());
    return server;
  }
}

/** A broker makes its group topic when the first group asks, which then waits: so none of the measured ones is first. */
async function coordinatesGroups(brokers: string): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await waitFor(() => admin.fetchOffsets({ groupId: 'bench', topics: [] }), {
    what: 'the broker to coordinate groups',
    timeoutMs: 30_000,
  });
  await admin.disconnect();
}
