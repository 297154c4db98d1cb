import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { topicNames } from '#contact-events';

import { spawnService, type SpawnedProcess } from '../crash/spawned-process.js';
import { kafkaEnvironment, kafkaSettings, readTopic } from '../support/contact-feed-kafka.js';
import { type TestDatabase } from '../support/database.js';
import { describeKafka } from '../support/kafka.js';
import { createMigratedDatabase } from '../support/migrated-database.js';
import { OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { startGoogle, type TestGoogle } from '../support/service.js';

const PROGRAM = resolve('dist/apps/cli/contactstream.js');
const PERSONS = 25;
const PAGE = '/v1/people/me/connections';

interface Run {
  readonly id: string;
  readonly accountId: string;
}

describeKafka('A service that sends traces', () => {
  const settings = kafkaSettings();
  const topics = topicNames(settings.topicPrefix);
  let database: TestDatabase;
  let google: TestGoogle;
  let receiver: OtlpReceiver;
  let environment: Record<string, string>;
  let service: SpawnedProcess;
  let full: Run;
  let changes: Run;

  beforeAll(async () => {
    [database, google, receiver] = await Promise.all([
      createMigratedDatabase(),
      startGoogle({ persons: PERSONS }),
      OtlpReceiver.start(),
    ]);
    environment = {
      ...serviceEnvironment(database, google),
      ...kafkaEnvironment(settings),
      SYNC_PAGE_SIZE: '10',
      LOG_LEVEL: 'info',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=one%20two',
      OTEL_SERVICE_NAME: 'contacts-of-a-test',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    };
    service = await spawnService(environment);
    full = await synced('full');
    await google.control('POST', '/control/persons/change', { edits: 5 });
    await google.control('POST', '/control/faults', {
      where: 'connections',
      fault: { kind: 'status', status: 503 },
    });
    changes = await synced('changes');
    // The last spans are sent at the stop.
    service.signal('SIGTERM');
    await service.ended;
  });
  afterAll(async () => {
    await Promise.all([database.drop(), google.stop(), receiver.stop()]);
  });

  const synced = async (requestId: string): Promise<Run> => {
    const { status, body } = await service.call('POST', '/api/sync', {}, { 'x-request-id': requestId });
    expect([status, body.run?.readModelCaughtUp]).toEqual([200, true]);
    return body.run as Run;
  };
  const named = (spans: readonly ReceivedSpan[], name: string) => spans.filter((span) => span.name === name);
  const sum = (spans: readonly ReceivedSpan[], attribute: string) =>
    spans.reduce((total, { attributes }) => total + Number(attributes[attribute] ?? 0), 0);

  it('shows a run as one trace, from the calls of Google to the rows', () => {
    const spans = receiver.of(changes.id);
    const [root, ...others] = [
      ...named(spans, 'sync run'),
      ...spans.filter(({ name }) => name !== 'sync run'),
    ];

    expect(root).toMatchObject({
      spanId: changes.id.replaceAll('-', '').slice(16),
      parentSpanId: '',
      isError: false,
      attributes: {
        'contactstream.run.id': changes.id,
        'contactstream.account.id': changes.accountId,
        'contactstream.run.mode': 'incremental',
        'contactstream.run.outcome': 'succeeded',
      },
      resource: { 'service.name': 'contacts-of-a-test', 'deployment.environment.name': 'test' },
    });
    expect(new Set(others.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([root?.spanId]));
    expect(new Set(others.map(({ name }) => name))).toEqual(
      new Set([`GET ${PAGE}`, 'commit', 'send', `process ${topics.events}`]),
    );
    expect(named(spans, `GET ${PAGE}`)).toMatchObject([
      {
        isError: true,
        attributes: {
          'error.type': 'google-unavailable',
          'http.response.status_code': 503,
          'url.full': `${google.url}${PAGE}`,
        },
      },
      { isError: false, attributes: { 'http.response.status_code': 200, 'http.request.resend_count': 1 } },
    ]);
    expect(sum(named(spans, 'commit'), 'contactstream.events')).toBe(5);
    expect(sum(named(spans, `process ${topics.events}`), 'messaging.batch.message_count')).toBe(5);
    // Each event once on the topic of events, and once on that of states.
    expect(sum(named(spans, 'send'), 'messaging.batch.message_count')).toBe(10);
  });

  it('shows each page of a run', () => {
    const spans = receiver.of(full.id);
    expect(named(spans, `GET ${PAGE}`)).toHaveLength(3);
    expect(sum(named(spans, 'commit'), 'contactstream.events')).toBe(PERSONS);
    expect(sum(named(spans, `process ${topics.events}`), 'messaging.batch.message_count')).toBe(PERSONS);
  });

  it('shows nothing else, nothing of a contact, and no token', async () => {
    expect(receiver.spans).toHaveLength(receiver.of(full.id).length + receiver.of(changes.id).length);
    const { items } = (await google.control('GET', '/control/persons?limit=1000')).body as {
      items: { resourceName: string; names?: { displayName: string }[] }[];
    };
    const shown = JSON.stringify(receiver.spans);
    const personal = items.flatMap(({ resourceName, names = [] }) => [
      resourceName,
      ...names.map(({ displayName }) => displayName),
    ]);
    expect(personal.length).toBeGreaterThan(PERSONS);
    expect(personal.filter((text) => shown.includes(text))).toEqual([]);
    expect(shown).not.toMatch(/token|\?|personFields/i);
    expect(receiver.headers['x-tenant']).toBe('one two');
  });

  it('tells in each message which run it is of', async () => {
    const traceparents = [full, changes].map(({ id }) => {
      const trace = id.replaceAll('-', '');
      return `00-${trace}-${trace.slice(16)}-01`;
    });
    for (const topic of [topics.events, topics.state]) {
      const headers = (await readTopic(topic)).map(({ headers: { traceparent } }) => traceparent);
      expect(new Set(headers)).toEqual(new Set(traceparents));
    }
  });

  it('tells the same when the events are published again', async () => {
    const { PATH, HOME } = process.env;
    const again = `${settings.topicPrefix}again`;
    await promisify(execFile)(process.execPath, [PROGRAM, 'replay', '--topic', again], {
      cwd: tmpdir(),
      env: { PATH, HOME, ...environment, PUBLIC_URL: new URL(service.url).origin },
    });
    const messages = async (topic: string) =>
      (await readTopic(topic)).map(({ key, value, headers: { traceparent, ce_id: id } }) => ({
        key,
        value,
        traceparent,
        id,
      }));
    expect(await messages(again)).toEqual(await messages(topics.events));
  });

  it('names run, account, request and trace in each line that is written for a run', () => {
    const lines = service
      .output()
      .split('\n')
      .filter((line) => line.includes('sync run succeeded'))
      .map((line) => JSON.parse(line) as Record<string, string>);
    const fields = ({ id: runId, accountId }: Run, requestId: string) => ({
      runId,
      accountId,
      requestId,
      traceId: runId.replaceAll('-', ''),
    });
    expect(lines).toMatchObject([fields(full, 'full'), fields(changes, 'changes')]);
  });
});
