import path from 'node:path';

import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type KafkaSettings } from '#kafka';
import { topicNames, type TopicNames } from '#contact-events';
import { readConfiguration } from '#platform';
import { pino } from 'pino';

import { recoverLog } from '../../tools/log-recovery/src/recover-log.js';
import { spawnService } from '../crash/spawned-process.js';
import { type Call, callsTo } from '../support/call.js';
import { kafkaEnvironment, kafkaSettings, readTopic } from '../support/contact-feed-kafka.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { describeKafka } from '../support/kafka.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { type RunningService, startGoogle, startService, type TestGoogle } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

describeKafka('The erasure of an account whose contacts are on Kafka', () => {
  let google: TestGoogle;
  let databases: TestDatabase[];
  let names: TopicNames;
  let settings: KafkaSettings;
  let service: RunningService | null;
  let api: Call;
  let accountId: string;

  beforeEach(async () => {
    settings = kafkaSettings(2);
    names = topicNames(settings.topicPrefix);
    google = await startGoogle({ persons: 5 });
    databases = [await createTestDatabase()];
    await start();
    await api('POST', '/api/sync');
    accountId = String((await api('GET', '/api/accounts')).body.items[0].id);
  });
  afterEach(async () => {
    await stop();
    await google.stop();
    for (const database of databases) await database.drop();
  });

  const current = (): TestDatabase => {
    const database = databases.at(-1);
    if (database === undefined) throw new Error('There is no database');
    return database;
  };
  const environment = (): Record<string, string> => ({
    ...serviceEnvironment(current(), google),
    ...kafkaEnvironment(settings),
  });
  const start = async (variables: Record<string, string> = {}): Promise<void> => {
    service = await startService({ ...environment(), ...variables });
    api = callsTo(service.url);
  };
  const stop = async (): Promise<void> => {
    await service?.stop();
    service = null;
  };
  const erased = () =>
    waitFor(async () => (await api('GET', `/api/accounts/${accountId}`)).status === 404, {
      what: 'the erasure',
      timeoutMs: 30_000,
    });
  const erase = async (): Promise<void> => {
    const { status } = await api('DELETE', `/api/accounts/${accountId}?erase=true`);
    expect([202, 204]).toContain(status);
    await erased();
  };
  /** Once the relay has told of it. */
  const verified = () =>
    waitFor(
      async () => {
        const { body } = await api('POST', '/api/verify', { erased: accountId });
        return body.ok === true ? (body as { ok: boolean }) : null;
      },
      { what: 'nothing to be left' },
    );
  const withData = async (): Promise<number> =>
    (await sql(current(), 'select 1 from events where data is not null')).length;

  it('publishes the deletion of each contact, leaves none on the state topic, and stands in the ledger', async () => {
    await erase();

    const events = await readTopic(names.events);
    const deletions = events.filter(({ headers }) => headers.ce_type === 'ContactDeleted');
    expect(deletions).toHaveLength(5);
    const records = (await readTopic(names.erasures)).map(({ key, value }) => ({
      key,
      ...(JSON.parse(value ?? '') as { erasureId: string; begunAt: string; contacts: number | null }),
    }));
    expect(records.map(({ key, contacts }) => [key, contacts])).toEqual([
      [accountId, null],
      [accountId, 5],
    ]);
    for (const { value } of deletions) {
      expect(JSON.parse(value ?? '')).toMatchObject({
        reason: 'account-erased',
        runId: records[0]?.erasureId,
        occurredAt: records[0]?.begunAt,
      });
    }
    const latest = new Map((await readTopic(names.state)).map(({ key, value }) => [key, value]));
    expect([...latest.values()]).toEqual(Array.from({ length: 5 }, () => null));
    expect(await verified()).toMatchObject({
      ok: true,
      state: { topic: names.state, records: 0 },
      otherTopics: [
        { topic: names.events, records: 10 },
        { topic: names.deadLetter, records: 0 },
        { topic: names.accounts, records: 3 },
      ],
    });
  }, 60_000);

  it('waits while nothing is published, and goes on when it is', async () => {
    await stop();
    await start({ ROLES: 'api,scheduler,projector' });
    expect((await api('DELETE', `/api/accounts/${accountId}?erase=true`)).status).toBe(202);
    expect((await api('GET', `/api/accounts/${accountId}`)).body).toMatchObject({
      state: 'erasing',
      erasure: { step: 'publish' },
    });
    expect((await api('POST', '/api/sync', { accountId })).body.code).toBe('account-erasing');
    expect(await withData()).toBe(10);

    await stop();
    await start();
    await erased();
    expect((await verified()).ok).toBe(true);
  }, 60_000);

  it('goes on to its end after the process was killed while it published', async () => {
    await stop();
    const killed = await spawnService({
      ...environment(),
      NODE_OPTIONS: `--import ${path.resolve('test/support/kill-at-erasure-step.mjs')}`,
      KILL_AT_ERASURE_STEP: 'publish',
    });
    await killed.call('DELETE', `/api/accounts/${accountId}?erase=true`).catch(() => undefined);
    expect(await killed.ended).toBe('SIGKILL');
    // As if its time had run out.
    await sql(current(), 'update leases set expires_at = clock_timestamp()');

    await start();
    await erased();
    expect(await verified()).toMatchObject({
      ok: true,
      otherTopics: [{ records: 10 }, { records: 0 }, { records: 3 }],
    });
  }, 60_000);

  it('is done again where a backup of before is restored and the log gets its events back', async () => {
    await stop();
    const backup = await createTestDatabase({ template: current().name });
    await start();
    await erase();
    await stop();
    databases.push(backup);

    const log = pino({ level: 'silent' });
    const recovery = await recoverLog(readConfiguration(environment()), log, { dryRun: false });
    expect(recovery).toMatchObject({ events: 5, contacts: 5, erasedAgain: 1, unknownAccounts: [] });
    expect(await withData()).toBe(0);

    await start();
    await erased();
    expect((await verified()).ok).toBe(true);
    expect((await api('POST', '/api/verify')).body).toMatchObject({ ok: true, contacts: 0, events: 10 });
    expect((await readTopic(names.events)).length).toBe(10);
  }, 60_000);
});
