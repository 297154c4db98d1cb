import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { topicNames } from '#contact-events';
import pg from 'pg';

import { kafkaEnvironment, kafkaSettings } from '../support/contact-feed-kafka.js';
import { describeKafka } from '../support/kafka.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What fails and is tried again; of names, those of topics and their group alone. */
const WORK =
  /^(the (relay|accounts' relay|renewal of a lease|database under a sync run)|taking the (relay's lease|lease of the accounts' relay)|publishing (to Kafka|accounts' lives to Kafka)|working on (a sync run|rebuilds of the read model)|looking for (sync runs|what changes)|watching sync runs|following the log for its readers|noting how far the log has come \((kafka|read-model)\)|queueing scheduled syncs|removing what was kept long enough|ending accounts|writing the audit|auditing refusals|putting the rebuilt table in place|connecting the account of GOOGLE_REFRESH_TOKEN|applying events (of the log|that Kafka refused)|(consuming|applying|finding) .*contacts\.\S+|committing the offsets of \S+)$/;

const LABELS = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** Reads Prometheus's text format, every line of it, and fails at one that is none. */
function parse(text: string): { samples: Sample[]; help: Set<string>; types: Map<string, string> } {
  const samples: Sample[] = [];
  const help = new Set<string>();
  const types = new Map<string, string>();
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const [, helped] = /^# HELP ([a-z_][a-z0-9_]*) \S.*$/.exec(line) ?? [];
    const [, typed, type] = /^# TYPE ([a-z_][a-z0-9_]*) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
    const [, name, labels, value] =
      /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (-?[\d.]+(?:e[+-]?\d+)?|Nan|\+Inf)$/.exec(line) ?? [];
    if (helped !== undefined) help.add(helped);
    else if (typed !== undefined && type !== undefined) types.set(typed, type);
    else if (name !== undefined) {
      const pairs = [...(labels ?? '').matchAll(LABELS)].map(([, label = '', content = '']) => [
        label,
        content,
      ]);
      samples.push({
        name,
        labels: Object.fromEntries(pairs) as Record<string, string>,
        value: Number(value),
      });
    } else throw new Error(`Not a line of Prometheus's text format: ${line}`);
  }
  return { samples, help, types };
}

describeKafka('The metrics', () => {
  let service: TestService;
  const settings = kafkaSettings();
  beforeAll(async () => {
    service = await startTestService(
      {
        ...kafkaEnvironment(settings),
        API_TOKENS: 'a-token-for-everything',
      },
      { persons: 30 },
    );
  });
  afterAll(() => service.stop());

  const scrape = async () => {
    const answer = await fetch(`${service.url}/metrics`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/plain; version=0\.0\.4/),
    ]);
    return parse(await answer.text());
  };
  const sync = (): Promise<unknown> =>
    service.api('POST', '/api/sync', undefined, { authorization: 'Bearer a-token-for-everything' });
  const valueOf = async (name: string, labels: Record<string, string> = {}): Promise<number | undefined> => {
    const { samples } = await scrape();
    return samples.find(
      (sample) =>
        sample.name === `contactstream_${name}` &&
        Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
    )?.value;
  };

  it('are lines that Prometheus reads, each with the prefix, a type and a word of help', async () => {
    await sync();
    const { samples, help, types } = await scrape();
    expect(samples.length).toBeGreaterThan(40);
    for (const { name, value } of samples) {
      const family = types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, '');
      expect(name).toMatch(/^contactstream_/);
      expect([name, help.has(family), types.has(family)]).toEqual([name, true, true]);
      expect([name, Number.isFinite(value)]).toEqual([name, true]);
      if (types.get(family) === 'counter') expect(name).toMatch(/_total$/);
    }
  });

  it('tell nothing of a contact, an account or a secret', async () => {
    const { samples } = await scrape();
    const known = [
      /^(ok|failed|open|connected|queued|running|succeeded|full|incremental|manual|in-use|idle)$/,
      /^Contact(Updated|Deleted)$/,
      /^(created|updated|deleted|unchanged|quarantined)$/,
      // Codes, which begin at 0.
      /^(held|cancelled|server-full|pool-full|slow-reader|rate-limited|sync-token-expired|invalid-api-token)$/,
      /^(google-(list-incomplete|unavailable|rate-limited|client-refused)|not-authenticated|internal-error)$/,
    ];
    const own = ['version', 'major', 'minor', 'patch', 'type', 'kind', 'space', 'le', 'quantile'];
    for (const { name, labels } of samples) {
      for (const [label, value] of Object.entries(labels)) {
        if (own.includes(label) || (label === 'work' ? WORK : /(contacts|accounts)\./).test(value)) continue;
        expect([name, label, value, known.some((pattern) => pattern.test(value))]).toEqual([
          name,
          label,
          value,
          true,
        ]);
      }
    }
  });

  it('count what is appended, asked of Google and sent to Kafka', async () => {
    const events = { topic: topicNames(settings.topicPrefix).events };
    const before = {
      appended: (await valueOf('events_appended_total', { type: 'ContactUpdated' })) ?? 0,
      asked: (await valueOf('google_requests_total', { outcome: 'ok' })) ?? 0,
      sent: (await valueOf('kafka_messages_total', events)) ?? 0,
      ended: (await valueOf('sync_runs_ended_total', { mode: 'incremental', outcome: 'succeeded' })) ?? 0,
      deleted: (await valueOf('sync_contacts_total', { outcome: 'deleted' })) ?? 0,
    };
    await service.google.control('POST', '/control/persons/change', { creates: 5, edits: 0, deletes: 3 });
    await sync();

    expect(await valueOf('events_appended_total', { type: 'ContactUpdated' })).toBe(before.appended + 5);
    expect(await valueOf('events_appended_total', { type: 'ContactDeleted' })).toBe(3);
    expect(await valueOf('google_requests_total', { outcome: 'ok' })).toBe(before.asked + 1);
    expect(await valueOf('kafka_messages_total', events)).toBe(before.sent + 8);
    expect(await valueOf('kafka_sends_total', { outcome: 'ok' })).toBeGreaterThan(0);
    expect(await valueOf('sync_runs', { state: 'succeeded', mode: 'incremental' })).toBe(1);
    expect(await valueOf('sync_runs_ended_total', { mode: 'incremental', outcome: 'succeeded' })).toBe(
      before.ended + 1,
    );
    expect(await valueOf('sync_contacts_total', { outcome: 'deleted' })).toBe(before.deleted + 3);
    expect(await valueOf('account_success_age_seconds_count')).toBe(1);
    expect(await valueOf('accounts', { state: 'connected' })).toBe(1);
    for (const lag of [
      'relay_lag_events',
      'relay_lag_seconds',
      'projection_lag_events',
      'projection_lag_seconds',
    ]) {
      expect([lag, await valueOf(lag)]).toEqual([lag, 0]);
    }
    expect(await valueOf('outage', { work: 'publishing to Kafka' })).toBe(0);
  });

  it('tell of what waits for a person, and of what Google refuses', async () => {
    expect(await valueOf('quarantined_persons')).toBe(0);
    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'replace-person', persons: ['{"resourceName":7}'] },
    });
    await service.google.control('POST', '/control/persons', { names: ['Grace Hopper'] });
    await sync();
    expect(await valueOf('quarantined_persons')).toBe(1);

    await service.google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'status', status: 403, reason: 'insufficientPermissions' },
    });
    await sync();
    expect(await valueOf('google_requests_total', { outcome: 'permission-missing' })).toBe(1);
    expect(await valueOf('sync_runs', { state: 'failed' })).toBe(1);
  });

  it('are answered in time by what is known, while the database stands still', async () => {
    const client = new pg.Client({ connectionString: service.database.url });
    await client.connect();
    await client.query('begin; lock table held_deletions in access exclusive mode');
    try {
      expect(await valueOf('database_up')).toBe(0);
      expect(await valueOf('held_deletions')).toBeUndefined();
    } finally {
      await client.end();
    }
    await waitFor(async () => (await valueOf('database_up')) === 1, { what: 'the database to answer' });
    expect(await valueOf('held_deletions')).toBe(0);
  });

  it('leave out what cannot be known while the database is away, and come back with it', async () => {
    const { name, url } = service.database;
    const maintenance = { url: url.replace(name, 'postgres') };
    await sql(maintenance, `alter database ${name} allow_connections false`);
    try {
      await sql(maintenance, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
        name,
      ]);
      await waitFor(async () => (await valueOf('database_up')) === 0, { what: 'the outage to show' });
      expect(await valueOf('projection_lag_events')).toBeUndefined();
      expect(await valueOf('quarantined_persons')).toBeUndefined();
      expect(await valueOf('build_info')).toBe(1);
      await waitFor(async () => (await valueOf('outage', { work: 'the relay' })) === 1, {
        what: "the relay's outage",
        timeoutMs: 20_000,
      });
    } finally {
      await sql(maintenance, `alter database ${name} allow_connections true`);
    }
    await waitFor(async () => (await valueOf('outage', { work: 'the relay' })) === 0, {
      what: 'the end of the outage',
      timeoutMs: 25_000,
    });
    expect(await valueOf('projection_lag_events')).toBe(0);
  });
});

describeKafka('The metrics of a service without the role api, whose Kafka is away', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(
      { ROLES: 'scheduler,relay', KAFKA_BROKERS: '127.0.0.1:1' },
      { persons: 3 },
    );
  });
  afterAll(() => service.stop());

  it('can be read, and say that sends to Kafka fail', async () => {
    const text = async (): Promise<string> => (await fetch(`${service.url}/metrics`)).text();
    await sql(
      service.database,
      `insert into events (stream_id, version, account_id, type, data, metadata, run_id, occurred_at)
       values (gen_random_uuid(), 1, gen_random_uuid(), 'ContactUpdated', '{}', '{}', gen_random_uuid(), now())`,
    );
    await sql(service.database, 'notify contactstream_events');
    await waitFor(async () => /contactstream_outage\{work="[^"]*Kafka"\} 1/.test(await text()), {
      what: 'the outage',
      timeoutMs: 25_000,
    });
    expect(await text()).toMatch(/contactstream_relay_lag_events 1\n/);
    expect((await fetch(`${service.url}/api/contacts`)).status).toBe(404);
  });
});
