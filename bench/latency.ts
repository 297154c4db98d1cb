import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { contactEventData, readContactEvent } from '#contact-events';
import { appendEvents, type NewEvent } from '#event-store';
import { connectDatabase } from '#platform';
import { syncEntities } from '#sync';
import pg from 'pg';

import { type Benchmark, type BenchmarkRun } from './benchmark.js';
import { quantile } from './harness/statistics.js';
import { type BenchDatabase } from './stage/bench-database.js';
import { withCleanup } from './harness/with-cleanup.js';
import { noteProfile } from './report/profile-summary.js';
import { serviceOn } from './stage/service-on.js';
import { topicPrefix } from './stage/topic-prefix.js';

const RATES = [1, 100, 1_000];
const JUDGED_RATE = 100;

/** Enough that no contact is changed again before its last change is seen. */
const CONTACTS = 5_000;
const SMOKE_CONTACTS = 1_000;

/** How long the last changes may take; one that is missing then counts as lost, and the run fails. */
const LAST_MS = 30_000;

/** Behind the notifications, in case one was lost. */
const POLL_MS = 50;

const FEEDS = ['without Kafka', 'with Kafka'] as const;
const PERCENTILES = { p50: 0.5, p99: 0.99 } as const;

const SUBJECTS = [
  'without Kafka, from commit: p50',
  'without Kafka, from commit: p99',
  'without Kafka, from when due: p99',
];

export const latency: Benchmark = {
  name: 'latency',
  question: 'How long after its commit is a change in the read model?',
  subjects: SUBJECTS,
  onDefaults: SUBJECTS,
  withKafka: [
    'with Kafka, from commit: p50',
    'with Kafka, from commit: p99',
    'with Kafka, from when due: p99',
  ],
  async run(run) {
    const brokers = await run.stage.kafka();
    for (const feed of FEEDS) {
      if (feed === 'without Kafka') await measure(run, feed, null);
      else if (brokers !== null) await measure(run, feed, { brokers, topicPrefix: topicPrefix() });
    }
  },
};

async function measure(
  run: BenchmarkRun,
  feed: (typeof FEEDS)[number],
  kafka: { brokers: string; topicPrefix: string } | null,
): Promise<void> {
  await withCleanup(async (later) => {
    const { stage, settings, recorder, progress } = run;
    const google = await stage.google();
    const database = await stage.database();
    const service = await serviceOn(run, database, later, kafka === null ? {} : { kafka });
    const changes = await Changes.open(database);
    later(() => changes.close());
    const account = await google.createAccount(settings.smoke ? SMOKE_CONTACTS : CONTACTS);
    await service.sync('full', await database.connectAccount(account));
    await changes.prepare();
    // A Kafka broker that has just started is slow until its code is compiled.
    await changes.arrive(JUDGED_RATE, settings.seconds);
    const ratedFor = (rate: number, seconds: number): string => `${rate} changes/s for ${seconds} s`;
    const judged = ratedFor(JUDGED_RATE, settings.seconds);
    for (const rate of RATES) {
      // A low rate runs for longer, so that there are enough changes.
      const seconds = rate === 1 && !settings.smoke ? settings.seconds * 3 : settings.seconds;
      const setting = ratedFor(rate, seconds);
      progress(`${feed}, ${setting}`);
      const seen = await changes.arrive(rate, seconds);
      for (const [from, delays] of [
        ['from commit', seen.map(({ committedAt, visibleAt }) => visibleAt - committedAt)],
        ['from when due', seen.map(({ dueAt, visibleAt }) => visibleAt - dueAt)],
      ] as const) {
        const sorted = delays.toSorted((a, b) => a - b);
        for (const [name, share] of Object.entries(PERCENTILES)) {
          recorder.add(setting, `${feed}, ${from}: ${name}`, 'ms', quantile(sorted, share));
        }
      }
      if (rate !== JUDGED_RATE) continue;
      const subject = `${feed}, from commit: p99`;
      recorder.figure({ setting, subject }, { atMost: kafka === null ? 20 : 50 });
    }
    const file = await service.profiled('latency', () => changes.arrive(JUDGED_RATE, settings.seconds));
    noteProfile(recorder, judged, feed, file);
    recorder.note(
      'Changes come when they are due, whatever became of those before. Those that are due at the same time are ' +
        'committed together; the clock starts before COMMIT is sent, and stops after a query has shown the row.',
    );
  });
}

interface Change {
  readonly dueAt: number;
  committedAt: number;
  visibleAt: number;
}

interface Waiting {
  readonly version: number;
  readonly change: Change;
}

/** Writes changes through the event store, and looks when they are in the table that REST reads. */
class Changes {
  private readonly orm: Awaited<ReturnType<typeof connectDatabase>>;
  private readonly look: pg.Client;
  private readonly waiting = new Map<string, Waiting>();
  private contacts: NewEvent[] = [];
  private next = 0;

  private constructor(orm: Changes['orm'], look: pg.Client) {
    this.orm = orm;
    this.look = look;
  }

  static async open({ url }: BenchDatabase): Promise<Changes> {
    const orm = await connectDatabase(url, { entities: syncEntities, migrations: [] });
    const look = new pg.Client({ connectionString: url });
    await look.connect();
    await look.query('listen contactstream_read_model');
    return new Changes(orm, look);
  }

  /** Chooses every contact of the log to be changed. */
  async prepare(): Promise<void> {
    const { rows } = await this.look.query<
      Record<'stream_id' | 'account_id' | 'type' | 'data' | 'run_id', string>
    >('select stream_id, account_id, type, data::text as data, run_id from events order by position');
    this.contacts = rows.map((row) => ({
      streamId: row.stream_id,
      version: 1,
      accountId: row.account_id,
      type: row.type,
      data: row.data,
      metadata: { sourceIds: [] },
      runId: row.run_id,
      occurredAt: new Date().toISOString(),
    }));
  }

  /** Changes one contact after the other at a constant rate. @returns what became of each */
  async arrive(perSecond: number, seconds: number): Promise<Change[]> {
    const count = perSecond * seconds;
    const start = performance.now() + 50;
    const changes = Array.from({ length: count }, (_, index) => ({
      dueAt: start + (index * 1_000) / perSecond,
      committedAt: 0,
      visibleAt: 0,
    }));
    const watching = this.watch(count, start + seconds * 1_000 + LAST_MS);
    for (let done = 0; done < count;) {
      const now = performance.now();
      const due = changes.slice(done).findIndex(({ dueAt }) => dueAt > now);
      const batch = changes.slice(done, due === -1 ? count : done + due);
      if (batch.length === 0) await delay((changes[done]?.dueAt ?? now) - now);
      else await this.commit(batch);
      done += batch.length;
    }
    await watching;
    return changes;
  }

  async close(): Promise<void> {
    await this.look.end();
    await this.orm.close();
  }

  private async commit(batch: readonly Change[]): Promise<void> {
    const events = batch.map((change) => {
      const event = this.changed();
      this.waiting.set(event.streamId, { version: event.version, change });
      return event;
    });
    await this.orm.em.fork().transactional(async (em) => {
      await appendEvents(em, events);
      const now = performance.now();
      for (const change of batch) change.committedAt = now;
    });
  }

  /** The next contact in turn, with another nickname. */
  private changed(): NewEvent {
    const index = this.next % this.contacts.length;
    this.next += 1;
    const last = this.contacts[index];
    if (last === undefined || this.waiting.has(last.streamId)) {
      throw new Error('A contact would be changed again before its last change was seen: too few of them');
    }
    const event = readContactEvent(last.type, last.data);
    if (event.type !== 'ContactUpdated') throw new Error('Only contacts that live can be changed');
    const version = last.version + 1;
    const occurredAt = new Date().toISOString();
    const data = contactEventData({
      ...event,
      version,
      occurredAt,
      change: 'updated',
      changedFields: ['nicknames'],
      contact: { ...event.contact, nicknames: [`version ${version}`] },
    });
    const changed = { ...last, version, occurredAt, data };
    this.contacts[index] = changed;
    return changed;
  }

  /** Looks, at each notification of the read model, which of the awaited rows are there. */
  private async watch(count: number, deadline: number): Promise<void> {
    const wakeUps = new EventEmitter();
    let notifications = 0;
    const onNotification = (): void => {
      notifications += 1;
      wakeUps.emit('notification');
    };
    this.look.on('notification', onNotification);
    try {
      let looked = 0;
      for (let seen = 0; seen < count;) {
        // A notification that came during the last look may be about rows that it missed.
        if (looked === notifications) {
          await once(wakeUps, 'notification', { signal: AbortSignal.timeout(POLL_MS) }).catch(
            () => undefined,
          );
        }
        looked = notifications;
        seen += await this.lookOnce();
        if (performance.now() > deadline)
          throw new Error(`${count - seen} changes never came to the read model`);
      }
    } finally {
      this.look.off('notification', onNotification);
    }
  }

  private async lookOnce(): Promise<number> {
    if (this.waiting.size === 0) return 0;
    const { rows } = await this.look.query<{ id: string; version: string }>(
      'select id, version from contacts where id = any($1::uuid[])',
      [[...this.waiting.keys()]],
    );
    const now = performance.now();
    let seen = 0;
    for (const { id, version } of rows) {
      const waiting = this.waiting.get(id);
      if (waiting === undefined || Number(version) < waiting.version) continue;
      waiting.change.visibleAt = now;
      this.waiting.delete(id);
      seen += 1;
    }
    return seen;
  }
}
