import { GOOGLE_ERROR_CLASSES } from '#google-people';
import { CONNECTION_LACKS } from '#platform';

/** What is known of a metric before it has a value. */
export interface MetricKind {
  readonly type: 'gauge' | 'counter' | 'histogram';
  /** database: it is asked for at each scrape, and the same whichever process is asked. */
  readonly of: 'database' | 'process';
  readonly labels: readonly string[];
  /** Prometheus shows it, and docs/metrics.md. */
  readonly help: string;
  /** Of a histogram. */
  readonly buckets?: readonly number[];
  /**
   * Of a counter: the values of its labels that are known before anything is counted. They begin at 0, because
   * increase() and rate() see a step only between two samples, and so would miss the first one.
   */
  readonly begins?: readonly Readonly<Record<string, string>>[];
}

export const METRIC_PREFIX = 'contactstream_';

/** Of a run. */
const MODES = ['full', 'incremental'];
/** Of a run: how it ends, well or not. */
const OUTCOMES = new Set([
  'succeeded',
  'held',
  'cancelled',
  'google-list-incomplete',
  'internal-error',
  ...GOOGLE_ERROR_CLASSES.map(({ code }) => code),
]);

/** Seconds: from a minute to the end of a sync token. */
const AGE_BUCKETS = [60, 300, 600, 1_800, 3_600, 21_600, 86_400, 604_800];
/** Seconds: from a sync with nothing to do to a first one of the largest account. */
const DURATION_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Seconds: from the pause between two looks to Google's window. */
const WAIT_BUCKETS = [1, 2.5, 5, 10, 30, 60];

/** Every metric of ours, in the order of docs/metrics.md, which is made from it. The unit ends its name. */
export const METRICS = {
  relay_lag_events: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: 'Events of the log that are not published to Kafka yet; left out without Kafka',
  },
  relay_lag_seconds: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: 'Age of the oldest event that is not published to Kafka yet; left out without Kafka',
  },
  accounts_relay_lag_events: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: "Events of accounts' lives that are not published to Kafka yet; left out without Kafka",
  },
  accounts_relay_lag_seconds: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: "Age of the oldest event of an account's life that is not published to Kafka yet; left out without Kafka",
  },
  projection_lag_events: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: 'Events of the log that are not applied to the read model yet',
  },
  projection_lag_seconds: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: 'Age of the oldest event that is not applied to the read model yet',
  },
  projection_followed: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: '1 if a process with the role projector was seen within 15 s, else 0: nobody fills the read model then, nor rebuilds it',
  },
  events_appended_total: {
    type: 'counter',
    of: 'database',
    labels: ['type'],
    help: 'Events in the log by type, counted from the first scrape of this process',
  },
  sync_runs: {
    type: 'gauge',
    of: 'database',
    labels: ['state', 'mode'],
    help: 'Runs that are active or were queued within the last day',
  },
  account_success_age_seconds: {
    type: 'histogram',
    of: 'database',
    labels: [],
    help: 'Seconds since the last good sync of each account that is connected and not paused, as they are at this scrape',
    buckets: AGE_BUCKETS,
  },
  sync_token_age_seconds: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: 'Age of the oldest sync token of an account that is connected and not paused; Google forgets one after 7 days, and then a full sync takes its place',
  },
  accounts: { type: 'gauge', of: 'database', labels: ['state'], help: 'Google accounts' },
  quarantined_persons: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: 'Open entries of the quarantine',
  },
  held_deletions: { type: 'gauge', of: 'database', labels: [], help: 'Deletions that wait for a decision' },
  dead_letters: { type: 'gauge', of: 'database', labels: [], help: 'Open dead letters of both kinds' },
  refused_records: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: 'Open dead letters that Kafka refused; events of their contacts wait',
  },
  sync_runs_ended_total: {
    type: 'counter',
    of: 'process',
    labels: ['mode', 'outcome'],
    help: 'Runs that this process brought to their end: succeeded, held, cancelled, or the code of the error',
    begins: MODES.flatMap((mode) => [...OUTCOMES].map((outcome) => ({ mode, outcome }))),
  },
  sync_run_takeovers_total: {
    type: 'counter',
    of: 'process',
    labels: [],
    help: 'Runs that this process took over from one that no longer renewed their lease: it crashed, or stood still',
  },
  sync_run_duration_seconds: {
    type: 'histogram',
    of: 'process',
    labels: ['mode'],
    help: 'From the start of a run that this process ended, and another one may have begun, to its end',
    buckets: DURATION_BUCKETS,
  },
  sync_pages_total: {
    type: 'counter',
    of: 'process',
    labels: ['mode'],
    help: 'Pages of the runs that this process ended',
  },
  sync_contacts_total: {
    type: 'counter',
    of: 'process',
    labels: ['outcome'],
    help: 'What became of the contacts in the runs that this process ended: created, updated, deleted, unchanged, quarantined',
  },
  google_retries_total: {
    type: 'counter',
    of: 'process',
    labels: ['code'],
    help: 'Requests of this process that were sent again, by the code of the failure',
    begins: [{ code: 'google-rate-limited' }, { code: 'google-unavailable' }],
  },
  google_requests_total: {
    type: 'counter',
    of: 'process',
    labels: ['outcome'],
    help: 'Requests of this process to the People API: ok, or the code of the failure, such as rate-limited or sync-token-expired',
    begins: [{ outcome: 'ok' }, { outcome: 'rate-limited' }, { outcome: 'sync-token-expired' }],
  },
  google_quota_limit_per_minute: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: 'Requests a minute that all processes together may send to the People API, as set or as learned; left out where nothing limits',
  },
  google_quota_sent_per_minute: {
    type: 'gauge',
    of: 'database',
    labels: [],
    help: 'Requests that they have sent within the last minute; left out where nothing limits',
  },
  google_quota_wait_seconds: {
    type: 'histogram',
    of: 'process',
    labels: ['limit'],
    help: "How long requests of this process waited that Google's quota did not let through at once, by the limit: project or person",
    buckets: WAIT_BUCKETS,
  },
  database_pool_connections: {
    type: 'gauge',
    of: 'process',
    labels: ['state'],
    help: 'Connections of this process to PostgreSQL, 10 at most: in-use, idle',
  },
  database_pool_waiting: {
    type: 'gauge',
    of: 'process',
    labels: [],
    help: 'Who waits for a connection of this process to PostgreSQL',
  },
  database_connections_lacking_total: {
    type: 'counter',
    of: 'process',
    labels: ['reason'],
    help: 'Times that this process got no connection to PostgreSQL: server-full, which takes no more (SQLSTATE 53300), or pool-full, all of its own were in use',
    begins: CONNECTION_LACKS.map((reason) => ({ reason })),
  },
  kafka_sends_total: {
    type: 'counter',
    of: 'process',
    labels: ['outcome'],
    help: 'Sends of this process to Kafka: ok, which is acknowledged, or failed',
  },
  kafka_messages_total: {
    type: 'counter',
    of: 'process',
    labels: ['topic'],
    help: 'Messages of this process that Kafka acknowledged, by topic',
  },
  refusals_total: {
    type: 'counter',
    of: 'process',
    labels: ['code'],
    help: 'Requests that this process refused because of who asked, by the code of the problem',
    begins: [{ code: 'invalid-api-token' }],
  },
  event_streams: {
    type: 'gauge',
    of: 'process',
    labels: [],
    help: 'Streams of server-sent events that are open in this process',
  },
  event_streams_dropped_total: {
    type: 'counter',
    of: 'process',
    labels: ['reason'],
    help: 'Streams that this process ended before their readers did: slow-reader, service-stopping, access-ended, access-changed',
    begins: [{ reason: 'slow-reader' }],
  },
  outage: {
    type: 'gauge',
    of: 'process',
    labels: ['work'],
    help: '1 while a work of this process, such as publishing to Kafka, fails and is tried again, else 0',
  },
  database_up: {
    type: 'gauge',
    of: 'process',
    labels: [],
    help: '1 if PostgreSQL answered at this scrape, else 0; then what is of the database is left out',
  },
  build_info: {
    type: 'gauge',
    of: 'process',
    labels: ['version'],
    help: 'Always 1; the version of the service in a label',
  },
} as const satisfies Readonly<Record<string, MetricKind>>;
