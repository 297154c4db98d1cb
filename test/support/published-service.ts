import { setTimeout as delay } from 'node:timers/promises';

import { topicNames, type TopicNames } from '#contact-events';
import { lastPosition } from '#event-store';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { relayed } from './contact-feed-kafka.js';
import { append, ContactStream, createLogDatabase, type LogDatabase } from './contact-feed-log.js';
import { publicationFaults } from './publication-faults.js';
import { startGoogle, type TestGoogle } from './service.js';
import { serviceEnvironment } from './service-environment.js';
import { waitFor } from './wait-for.js';

export const PUBLISHING_OUTAGE = 'publishing to Kafka';

/** A real service process that publishes to brokers which are about to fail, and the log that it publishes. */
export class PublishedService {
  private readonly streams = Array.from({ length: 50 }, () => new ContactStream());

  private constructor(
    private readonly logDatabase: LogDatabase,
    readonly google: TestGoogle,
    private readonly process: SpawnedProcess,
    private readonly brokers: readonly string[],
    readonly names: TopicNames,
  ) {}

  static async start(brokers: readonly string[], persons = 0): Promise<PublishedService> {
    const [logDatabase, google] = await Promise.all([createLogDatabase(), startGoogle({ persons })]);
    const process = await spawnService({
      ...serviceEnvironment(logDatabase.database, google),
      KAFKA_BROKERS: brokers.join(),
      KAFKA_PARTITIONS: '6',
      LOG_LEVEL: 'info',
    });
    return new PublishedService(logDatabase, google, process, brokers, topicNames(''));
  }

  get call(): SpawnedProcess['call'] {
    return this.process.call;
  }

  /** Another version of each of 50 contacts; one call after the other. @returns the log's last position */
  async change(biography: string | null = null): Promise<bigint> {
    return append(
      this.logDatabase.em,
      this.streams.map((stream) => stream.updated({ biography, displayName: `Version ${stream.version}` })),
    );
  }

  /** Changes until the work is done, so that there is always something being sent. */
  async changeDuring(work: () => Promise<unknown>): Promise<void> {
    const done = new AbortController();
    const changing = this.changeUntil(done.signal);
    try {
      await work();
    } finally {
      done.abort();
      await changing;
    }
  }

  /** Waits until what is in the log by now is on the topics. */
  async publishesOn(): Promise<void> {
    const { em } = this.logDatabase;
    await relayed(em, this.names.events, await lastPosition(em.fork()), 60_000);
  }

  lines(text: string): string[] {
    return this.process
      .output()
      .split('\n')
      .filter((line) => line.includes(text));
  }

  private async changeUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.change();
      // The load, not a wait: some thousand events a second.
      await delay(20);
    }
  }

  async isOut(lasts: boolean): Promise<void> {
    const metric = `contactstream_outage{work="${PUBLISHING_OUTAGE}"} ${lasts ? 1 : 0}\n`;
    await waitFor(async () => (await (await fetch(`${this.process.url}/metrics`)).text()).includes(metric), {
      what: metric,
      timeoutMs: 60_000,
      everyMs: 100,
    });
  }

  async status(): Promise<{ relayLag: { events: number }; projectionLag: { events: number } }> {
    return (await this.call('GET', '/api/sync/status')).body as Awaited<
      ReturnType<PublishedService['status']>
    >;
  }

  async caughtUp(): Promise<void> {
    await waitFor(
      async () => {
        const { relayLag, projectionLag } = await this.status();
        return relayLag.events === 0 && projectionLag.events === 0;
      },
      { what: 'relay and projection to catch up', timeoutMs: 60_000, everyMs: 100 },
    );
  }

  /** Of topics and read model; empty when all is well. */
  async faults(): Promise<string[]> {
    const { body } = await this.call('POST', '/api/verify');
    return [
      ...(await publicationFaults(this.logDatabase.em, this.names, this.brokers)),
      ...(body.ok === true ? [] : [`the read model: ${JSON.stringify(body)}`]),
    ];
  }

  async stop(): Promise<void> {
    this.process.signal('SIGKILL');
    await this.process.ended;
    await Promise.all([this.logDatabase.close(), this.google.stop()]);
  }
}
