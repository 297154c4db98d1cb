import { setTimeout as delay } from 'node:timers/promises';

import { type OnModuleDestroy } from '@nestjs/common';
import { type FeedLag } from '#event-store';
import { OUTAGES, type OutageMessage } from '#platform';
import {
  GOOGLE_REQUESTS,
  GOOGLE_RETRIES,
  type GoogleRequestMessage,
  type GoogleRetryMessage,
} from '#google-people';
import { KAFKA_SENDS, type KafkaSendMessage } from '#publishing';
import { type ReadModelPosition } from '#read-model';
import { RUN_ENDS, type RunEndMessage } from '#sync';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import { REFUSALS, type RefusalMessage } from '../audit/refusals.js';
import { EVENT_STREAMS, type EventStreamMessage } from '../http/server-sent/event-stream.js';
import { type RelayLag } from '../publishing/relay-lag.js';
import { VERSION } from '../version.js';
import { type DatabaseFigures, type StoredCounts } from './database-figures.js';

const PREFIX = 'contactstream_';
/** Seconds: from a minute to the end of a sync token. */
const AGE_BUCKETS = [60, 300, 600, 1_800, 3_600, 21_600, 86_400, 604_800];
/** Seconds: from a sync with nothing to do to a first one of the largest account. */
const DURATION_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Prometheus waits for 10 s, unless it is told otherwise. */
const LONGEST_WAIT_MS = 3_000;

/** What the database said at one moment. */
interface Answer {
  readonly counts: StoredCounts;
  /** By type. */
  readonly appended: ReadonlyMap<string, number>;
  /** null when it cannot be known, and without Kafka. */
  readonly relayLag: FeedLag | null;
  readonly projectionLag: FeedLag | null;
}

/**
 * What Prometheus reads. Facts of this process are counted where they happen, which tells them on Node.js's diagnostics
 * channels; facts of the database are asked for at each scrape, and are the same whichever process is asked. No label
 * holds anything of a contact.
 */
export class Metrics implements OnModuleDestroy {
  private readonly registry = new Registry();
  private asking: Promise<Answer> | null = null;

  private readonly databaseUp = this.gauge('database_up', '1 if PostgreSQL answered at this scrape, else 0');
  private readonly relayLag = this.lagGauges('relay', 'published to Kafka');
  private readonly projectionLag = this.lagGauges('projection', 'applied to the read model');
  private readonly runs = this.gauge('sync_runs', 'Runs that are active or were queued within the last day', [
    'state',
    'mode',
  ]);
  private readonly accounts = this.gauge('accounts', 'Google accounts', ['state']);
  private readonly successAges = this.histogram(
    'account_success_age_seconds',
    'Seconds since the last good sync of each account that is connected and not paused, as they are now',
    AGE_BUCKETS,
  );
  private readonly oldestToken = this.gauge(
    'sync_token_age_seconds',
    'Seconds since the oldest sync token was obtained; Google forgets one after 7 days',
  );
  private readonly runsEnded = this.counter('sync_runs_ended_total', 'Runs that this process ended', [
    'mode',
    'outcome',
  ]);
  private readonly runDurations = this.histogram(
    'sync_run_duration_seconds',
    'Seconds from the start to the end of runs that this process ended',
    DURATION_BUCKETS,
    ['mode'],
  );
  private readonly pages = this.counter('sync_pages_total', 'Pages of the runs that this process ended', [
    'mode',
  ]);
  private readonly contacts = this.counter(
    'sync_contacts_total',
    'What became of the contacts in the runs that this process ended',
    ['outcome'],
  );
  private readonly googleRetries = this.counter(
    'google_retries_total',
    'Requests of this process that were sent again, by the code of the failure',
    ['code'],
  );
  private readonly quarantined = this.gauge('quarantined_persons', 'Open entries of the quarantine');
  private readonly heldDeletions = this.gauge('held_deletions', 'Deletions that wait for a decision');
  private readonly deadLetters = this.gauge('dead_letters', 'Open dead letters');
  private readonly refusedRecords = this.gauge(
    'refused_records',
    'Open dead letters that Kafka refused; events of their contacts wait',
  );
  private readonly appended = this.counter(
    'events_appended_total',
    'Events in the log by type, counted from the first scrape of this process',
    ['type'],
  );
  private readonly googleRequests = this.counter(
    'google_requests_total',
    'Requests of this process for a page of contacts, by outcome',
    ['outcome'],
  );
  private readonly kafkaSends = this.counter(
    'kafka_sends_total',
    'Sends of this process to Kafka, by outcome',
    ['outcome'],
  );
  private readonly kafkaMessages = this.counter(
    'kafka_messages_total',
    'Messages of this process that Kafka acknowledged, by topic',
    ['topic'],
  );
  private readonly refusals = this.counter(
    'refusals_total',
    'Requests that this process refused because of who asked, by the code of the problem',
    ['code'],
  );
  private readonly eventStreams = this.gauge(
    'event_streams',
    'Streams of server-sent events that are open in this process',
  );
  private readonly droppedStreams = this.counter(
    'event_streams_dropped_total',
    'Streams that this process ended before their readers did, by reason',
    ['reason'],
  );
  private readonly outages = this.gauge(
    'outage',
    '1 while a work of this process fails and is tried again, else 0',
    ['work'],
  );

  private readonly ofDatabase = [
    this.runs,
    this.accounts,
    this.oldestToken,
    this.quarantined,
    this.heldDeletions,
    this.deadLetters,
    this.refusedRecords,
    ...Object.values(this.relayLag),
    ...Object.values(this.projectionLag),
  ];

  constructor(
    private readonly figures: Pick<DatabaseFigures, 'counts' | 'appended'>,
    private readonly relay: Pick<RelayLag, 'lag'>,
    private readonly readModel: Pick<ReadModelPosition, 'lag'>,
  ) {
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
    this.gauge('build_info', 'Always 1; the version of the service in a label', ['version']).set(
      { version: VERSION },
      1,
    );
    GOOGLE_REQUESTS.subscribe(this.onGoogleRequest);
    GOOGLE_RETRIES.subscribe(this.onGoogleRetry);
    RUN_ENDS.subscribe(this.onRunEnd);
    KAFKA_SENDS.subscribe(this.onKafkaSend);
    REFUSALS.subscribe(this.onRefusal);
    EVENT_STREAMS.subscribe(this.onEventStream);
    OUTAGES.subscribe(this.onOutage);
  }

  onModuleDestroy(): void {
    GOOGLE_REQUESTS.unsubscribe(this.onGoogleRequest);
    GOOGLE_RETRIES.unsubscribe(this.onGoogleRetry);
    RUN_ENDS.unsubscribe(this.onRunEnd);
    KAFKA_SENDS.unsubscribe(this.onKafkaSend);
    REFUSALS.unsubscribe(this.onRefusal);
    EVENT_STREAMS.unsubscribe(this.onEventStream);
    OUTAGES.unsubscribe(this.onOutage);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The text that Prometheus reads. */
  async scrape(): Promise<string> {
    const answer = await this.answerInTime();
    this.databaseUp.set(answer === null ? 0 : 1);
    // What cannot be known is left out: a number would be taken for it.
    for (const gauge of this.ofDatabase) leaveOut(gauge);
    this.successAges.reset();
    if (answer !== null) this.show(answer);
    return this.registry.metrics();
  }

  /** A database that stands still must not gather our questions: one is asked at a time. */
  private async answerInTime(): Promise<Answer | null> {
    this.asking ??= this.ask().finally(() => {
      this.asking = null;
    });
    const inTime = new AbortController();
    try {
      return await Promise.race([this.asking, delay(LONGEST_WAIT_MS, null, { signal: inTime.signal })]);
    } catch {
      return null;
    } finally {
      inTime.abort();
    }
  }

  private async ask(): Promise<Answer> {
    const [counts, appended, relayLag, projectionLag] = await Promise.all([
      this.figures.counts(),
      this.figures.appended(),
      this.relay.lag(),
      this.readModel.lag(),
    ]);
    return { counts, appended, relayLag: relayLag ?? null, projectionLag };
  }

  private show({ counts, appended, relayLag, projectionLag }: Answer): void {
    for (const { state, mode, count } of counts.runs) this.runs.set({ state, mode }, count);
    for (const { state, count } of counts.accounts) this.accounts.set({ state }, count);
    this.quarantined.set(counts.quarantined);
    for (const age of counts.successAges) this.successAges.observe(age);
    if (counts.oldestToken !== null) this.oldestToken.set(counts.oldestToken);
    this.heldDeletions.set(counts.heldDeletions);
    this.deadLetters.set(counts.deadLetters);
    this.refusedRecords.set(counts.refusedRecords);
    for (const [type, count] of appended) {
      this.appended.remove({ type });
      this.appended.inc({ type }, count);
    }
    setLag(this.relayLag, relayLag);
    setLag(this.projectionLag, projectionLag);
  }

  private readonly onGoogleRequest = (message: unknown): void => {
    const { error } = message as GoogleRequestMessage;
    this.googleRequests.inc({ outcome: error === null ? 'ok' : kebabCase(error.name) });
  };

  private readonly onGoogleRetry = (message: unknown): void => {
    this.googleRetries.inc({ code: (message as GoogleRetryMessage).code });
  };

  private readonly onRunEnd = (message: unknown): void => {
    const { mode, outcome, seconds, statistics } = message as RunEndMessage;
    this.runsEnded.inc({ mode, outcome });
    this.runDurations.observe({ mode }, seconds);
    this.pages.inc({ mode }, statistics.pages);
    for (const what of ['created', 'updated', 'deleted', 'unchanged'] as const) {
      this.contacts.inc({ outcome: what }, statistics[what]);
    }
    this.contacts.inc({ outcome: 'quarantined' }, statistics.errors);
  };

  private readonly onKafkaSend = (message: unknown): void => {
    const { topics, isAcknowledged } = message as KafkaSendMessage;
    this.kafkaSends.inc({ outcome: isAcknowledged ? 'ok' : 'failed' });
    if (!isAcknowledged) return;
    for (const { topic, messages } of topics) this.kafkaMessages.inc({ topic }, messages);
  };

  private readonly onRefusal = (message: unknown): void => {
    this.refusals.inc({ code: (message as RefusalMessage).code });
  };

  private readonly onEventStream = (message: unknown): void => {
    const { change, dropped } = message as EventStreamMessage;
    this.eventStreams.inc(change);
    if (dropped !== null) this.droppedStreams.inc({ reason: dropped });
  };

  private readonly onOutage = (message: unknown): void => {
    const { what, lasts } = message as OutageMessage;
    this.outages.set({ work: what }, lasts ? 1 : 0);
  };

  private gauge(name: string, help: string, labelNames: string[] = []): Gauge {
    return new Gauge({ name: `${PREFIX}${name}`, help, labelNames, registers: [this.registry] });
  }

  private counter(name: string, help: string, labelNames: string[]): Counter {
    return new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers: [this.registry] });
  }

  private histogram(name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram {
    const registers = [this.registry];
    return new Histogram({ name: `${PREFIX}${name}`, help, buckets, labelNames, registers });
  }

  private lagGauges(what: string, done: string): LagGauges {
    return {
      events: this.gauge(`${what}_lag_events`, `Events of the log that are not ${done} yet`),
      seconds: this.gauge(`${what}_lag_seconds`, `Age of the oldest event that is not ${done} yet`),
    };
  }
}

type LagGauges = Readonly<Record<'events' | 'seconds', Gauge>>;

/** A reset alone leaves a 0 where there are no labels. */
function leaveOut(gauge: Gauge): void {
  gauge.reset();
  gauge.remove({});
}

function setLag(gauges: LagGauges, lag: FeedLag | null): void {
  if (lag === null) return;
  gauges.events.set(lag.events);
  gauges.seconds.set(lag.seconds);
}

function kebabCase(name: string): string {
  return name.replaceAll(/(?!^)[A-Z]/g, '-$&').toLowerCase();
}
