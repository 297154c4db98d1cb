import { setTimeout as delay } from 'node:timers/promises';

import { type OnModuleDestroy } from '@nestjs/common';
import { type FeedLag } from '#event-store';
import {
  type ConnectionLackMessage,
  errorType,
  LACKING_CONNECTIONS,
  OUTAGES,
  type OutageMessage,
} from '#platform';
import {
  GOOGLE_REQUESTS,
  GOOGLE_RETRIES,
  type GoogleRequestMessage,
  type GoogleRetryMessage,
  type ProjectQuota,
  QUOTA_WAITS,
  type QuotaStanding,
  type QuotaWaitMessage,
} from '#google-people';
import { KAFKA_SENDS, type KafkaSendMessage } from '#publishing';
import { type ReadModelPosition } from '#read-model';
import { RUN_ENDS, RUN_TAKEOVERS, type RunEndMessage } from '#sync';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

import { REFUSALS, type RefusalMessage } from '../audit/refusals.js';
import { EVENT_STREAMS, type EventStreamMessage } from '../http/server-sent/event-stream.js';
import { type RelayLag } from '../publishing/relay-lag.js';
import { VERSION } from '../version.js';
import { type DatabaseFigures, type StoredCounts } from './database-figures.js';
import { METRIC_PREFIX, METRICS, type MetricKind } from './metric-kinds.js';

/** Prometheus waits for 10 s, unless it is told otherwise. */
const LONGEST_WAIT_MS = 3_000;

/** What the database said at one moment. */
interface Answer {
  readonly counts: StoredCounts;
  /** By type. */
  readonly appended: ReadonlyMap<string, number>;
  /** null when it cannot be known, and without Kafka. */
  readonly relayLag: FeedLag | null;
  readonly accountsRelayLag: FeedLag | null;
  readonly projectionLag: FeedLag | null;
  readonly isFollowed: boolean;
  readonly quota: QuotaStanding | null;
}

/**
 * What Prometheus reads. Facts of this process are counted where they happen, which tells them on Node.js's diagnostics
 * channels; facts of the database are asked for at each scrape, and are the same whichever process is asked. No label
 * holds anything of a contact.
 */
export class Metrics implements OnModuleDestroy {
  private readonly ofDatabase = new Registry();
  private readonly ofProcess = new Registry();
  private asking: Promise<Answer> | null = null;

  private readonly databaseUp = this.gauge('database_up');
  private readonly relayLag = this.lagGauges('relay');
  private readonly accountsRelayLag = this.lagGauges('accounts_relay');
  private readonly projectionLag = this.lagGauges('projection');
  private readonly projectionFollowed = this.gauge('projection_followed');
  private readonly runs = this.gauge('sync_runs');
  private readonly accounts = this.gauge('accounts');
  private readonly successAges = this.histogram('account_success_age_seconds');
  private readonly oldestToken = this.gauge('sync_token_age_seconds');
  private readonly runsEnded = this.counter('sync_runs_ended_total');
  private readonly runTakeovers = this.counter('sync_run_takeovers_total');
  private readonly runDurations = this.histogram('sync_run_duration_seconds');
  private readonly pages = this.counter('sync_pages_total');
  private readonly contacts = this.counter('sync_contacts_total');
  private readonly googleRetries = this.counter('google_retries_total');
  private readonly quarantined = this.gauge('quarantined_persons');
  private readonly heldDeletions = this.gauge('held_deletions');
  private readonly deadLetters = this.gauge('dead_letters');
  private readonly refusedRecords = this.gauge('refused_records');
  private readonly appended = this.counter('events_appended_total');
  private readonly googleRequests = this.counter('google_requests_total');
  private readonly quotaLimit = this.gauge('google_quota_limit_per_minute');
  private readonly quotaSent = this.gauge('google_quota_sent_per_minute');
  private readonly quotaWaits = this.histogram('google_quota_wait_seconds');
  private readonly connections = this.gauge('database_pool_connections');
  private readonly waitingForConnections = this.gauge('database_pool_waiting');
  private readonly lackingConnections = this.counter('database_connections_lacking_total');
  private readonly kafkaSends = this.counter('kafka_sends_total');
  private readonly kafkaMessages = this.counter('kafka_messages_total');
  private readonly refusals = this.counter('refusals_total');
  private readonly eventStreams = this.gauge('event_streams');
  private readonly droppedStreams = this.counter('event_streams_dropped_total');
  private readonly outages = this.gauge('outage');

  constructor(
    private readonly figures: Pick<DatabaseFigures, 'counts' | 'appended' | 'connections'>,
    private readonly relay: Pick<RelayLag, 'lag' | 'lagOfAccounts'>,
    private readonly readModel: Pick<ReadModelPosition, 'lag' | 'isFollowed'>,
    private readonly quota: Pick<ProjectQuota, 'standing'>,
  ) {
    collectDefaultMetrics({ register: this.ofProcess, prefix: METRIC_PREFIX });
    this.gauge('build_info').set({ version: VERSION }, 1);
    GOOGLE_REQUESTS.subscribe(this.onGoogleRequest);
    GOOGLE_RETRIES.subscribe(this.onGoogleRetry);
    QUOTA_WAITS.subscribe(this.onQuotaWait);
    RUN_ENDS.subscribe(this.onRunEnd);
    RUN_TAKEOVERS.subscribe(this.onRunTakeover);
    LACKING_CONNECTIONS.subscribe(this.onLackingConnection);
    KAFKA_SENDS.subscribe(this.onKafkaSend);
    REFUSALS.subscribe(this.onRefusal);
    EVENT_STREAMS.subscribe(this.onEventStream);
    OUTAGES.subscribe(this.onOutage);
  }

  onModuleDestroy(): void {
    GOOGLE_REQUESTS.unsubscribe(this.onGoogleRequest);
    GOOGLE_RETRIES.unsubscribe(this.onGoogleRetry);
    QUOTA_WAITS.unsubscribe(this.onQuotaWait);
    RUN_ENDS.unsubscribe(this.onRunEnd);
    RUN_TAKEOVERS.unsubscribe(this.onRunTakeover);
    LACKING_CONNECTIONS.unsubscribe(this.onLackingConnection);
    KAFKA_SENDS.unsubscribe(this.onKafkaSend);
    REFUSALS.unsubscribe(this.onRefusal);
    EVENT_STREAMS.unsubscribe(this.onEventStream);
    OUTAGES.unsubscribe(this.onOutage);
  }

  get contentType(): string {
    return this.ofProcess.contentType;
  }

  /** The text that Prometheus reads. */
  async scrape(): Promise<string> {
    const answer = await this.answerInTime();
    this.databaseUp.set(answer === null ? 0 : 1);
    this.showConnections();
    const texts = [await this.ofProcess.metrics()];
    // What cannot be known is left out: a number would be taken for it.
    if (answer !== null) {
      this.show(answer);
      texts.push(await this.ofDatabase.metrics());
    }
    return texts.join('\n');
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
    const [counts, appended, relayLag, accountsRelayLag, projectionLag, isFollowed, quota] =
      await Promise.all([
        this.figures.counts(),
        this.figures.appended(),
        this.relay.lag(),
        this.relay.lagOfAccounts(),
        this.readModel.lag(),
        this.readModel.isFollowed(),
        this.quota.standing(),
      ]);
    return {
      counts,
      appended,
      relayLag: relayLag ?? null,
      accountsRelayLag: accountsRelayLag ?? null,
      projectionLag,
      isFollowed,
      quota,
    };
  }

  private show(answer: Answer): void {
    const { counts, appended, relayLag, accountsRelayLag, projectionLag, isFollowed, quota } = answer;
    for (const metric of [this.runs, this.accounts, this.successAges]) metric.reset();
    for (const { state, mode, count } of counts.runs) this.runs.set({ state, mode }, count);
    for (const { state, count } of counts.accounts) this.accounts.set({ state }, count);
    this.quarantined.set(counts.quarantined);
    for (const age of counts.successAges) this.successAges.observe(age);
    setOrLeaveOut(this.oldestToken, counts.oldestToken);
    this.heldDeletions.set(counts.heldDeletions);
    this.deadLetters.set(counts.deadLetters);
    this.refusedRecords.set(counts.refusedRecords);
    for (const [type, count] of appended) {
      this.appended.remove({ type });
      this.appended.inc({ type }, count);
    }
    setLag(this.relayLag, relayLag);
    setLag(this.accountsRelayLag, accountsRelayLag);
    setLag(this.projectionLag, projectionLag);
    this.projectionFollowed.set(isFollowed ? 1 : 0);
    setOrLeaveOut(this.quotaLimit, quota?.limitPerMinute ?? null);
    setOrLeaveOut(this.quotaSent, quota?.usedLastMinute ?? null);
  }

  private showConnections(): void {
    const connections = this.figures.connections();
    this.connections.reset();
    setOrLeaveOut(this.waitingForConnections, connections?.waiting ?? null);
    if (connections === null) return;
    this.connections.set({ state: 'in-use' }, connections.inUse);
    this.connections.set({ state: 'idle' }, connections.idle);
  }

  private readonly onGoogleRequest = (message: unknown): void => {
    const { error } = message as GoogleRequestMessage;
    this.googleRequests.inc({ outcome: error === null ? 'ok' : errorType(error) });
  };

  private readonly onGoogleRetry = (message: unknown): void => {
    this.googleRetries.inc({ code: (message as GoogleRetryMessage).code });
  };

  private readonly onQuotaWait = (message: unknown): void => {
    const { limit, seconds } = message as QuotaWaitMessage;
    this.quotaWaits.observe({ limit }, seconds);
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

  private readonly onRunTakeover = (): void => {
    this.runTakeovers.inc();
  };

  private readonly onLackingConnection = (message: unknown): void => {
    this.lackingConnections.inc({ reason: (message as ConnectionLackMessage).lack });
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

  private gauge<Name extends NameOf<'gauge'>>(name: Name): Gauge<LabelOf<Name>> {
    return new Gauge<LabelOf<Name>>(this.options(name));
  }

  private counter<Name extends NameOf<'counter'>>(name: Name): Counter<LabelOf<Name>> {
    const counter = new Counter<LabelOf<Name>>(this.options(name));
    for (const labels of (METRICS[name] as MetricKind).begins ?? []) {
      counter.inc(labels as Partial<Record<LabelOf<Name>, string>>, 0);
    }
    return counter;
  }

  private histogram<Name extends NameOf<'histogram'>>(name: Name): Histogram<LabelOf<Name>> {
    return new Histogram<LabelOf<Name>>({ ...this.options(name), buckets: [...METRICS[name].buckets] });
  }

  private options<Name extends keyof typeof METRICS>(
    name: Name,
  ): { name: string; help: string; labelNames: readonly LabelOf<Name>[]; registers: Registry[] } {
    const { help, labels, of } = METRICS[name];
    const registers = [of === 'database' ? this.ofDatabase : this.ofProcess];
    return { name: `${METRIC_PREFIX}${name}`, help, labelNames: labels, registers };
  }

  private lagGauges(what: 'relay' | 'accounts_relay' | 'projection'): LagGauges {
    return { events: this.gauge(`${what}_lag_events`), seconds: this.gauge(`${what}_lag_seconds`) };
  }
}

type NameOf<Type extends MetricKind['type']> = {
  [Name in keyof typeof METRICS]: (typeof METRICS)[Name]['type'] extends Type ? Name : never;
}[keyof typeof METRICS];

type LabelOf<Name extends keyof typeof METRICS> = (typeof METRICS)[Name]['labels'][number];

type LagGauges = Readonly<Record<'events' | 'seconds', Gauge>>;

function setLag(gauges: LagGauges, lag: FeedLag | null): void {
  setOrLeaveOut(gauges.events, lag?.events ?? null);
  setOrLeaveOut(gauges.seconds, lag?.seconds ?? null);
}

/** @param value null: it cannot be known */
function setOrLeaveOut(gauge: Gauge, value: number | null): void {
  if (value === null) gauge.remove({});
  else gauge.set(value);
}
