import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { AuditEntries } from '#audit';
import { type KafkaSettings } from '#kafka';
import { topicNames } from '#contact-events';
import { type Relay } from '#publishing';
import { appendEvents, readLog } from '#event-store';
import { boundSql } from '#platform';

import {
  kafkaEnvironment,
  kafkaSettings,
  outsideClient,
  readTopic,
  relayed,
  startRelay,
} from '../support/contact-feed-kafka.js';
import {
  append,
  ContactStream,
  createLogDatabase,
  type LogDatabase,
  newEvent,
} from '../support/contact-feed-log.js';
import { describeKafka } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

const PROGRAM = resolve('dist/apps/cli/contactstream.js');

describeKafka('Replaying the log to a topic', () => {
  let logDatabase: LogDatabase;
  let settings: KafkaSettings;
  let topic: string;
  let relays: Relay[];

  beforeAll(async () => {
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is missing. Build first: npm run build`);
    logDatabase = await createLogDatabase();
  });
  afterAll(() => logDatabase.close());
  beforeEach(async () => {
    await boundSql(logDatabase.em.fork(), 'truncate events, relay_partitions, relays, leases');
    settings = kafkaSettings();
    topic = `${settings.topicPrefix}for-the-crm`;
    relays = [];
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
  });

  const start = (...args: string[]) => {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [PROGRAM, 'replay', ...args], {
      // Away from the developer's own .env.
      cwd: tmpdir(),
      env: {
        PATH,
        HOME,
        DATABASE_URL: logDatabase.database.url,
        ...kafkaEnvironment(settings),
        PUBLIC_URL: 'https://contacts.example',
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const ended = new Promise<number | null>((settle) => child.once('close', settle));
    return { interrupt: () => child.kill('SIGINT'), output: () => output, ended };
  };

  /** What the audit has of the last replay. */
  const audited = async () => {
    const { items } = await new AuditEntries(logDatabase.em).list({ action: 'events.replay' }, { limit: 1 });
    return items[0];
  };
  const replay = async (...args: string[]): Promise<string> => {
    const process_ = start(...args);
    expect([await process_.ended, process_.output()]).toEqual([0, expect.any(String)]);
    return process_.output();
  };

  const story = (contacts: number, accountId?: string) => {
    const streams = Array.from({ length: contacts }, () => new ContactStream(accountId));
    return [
      ...streams.map((stream) => stream.updated()),
      ...streams.map((stream) => stream.updated({ displayName: 'Changed' })),
      ...streams.slice(0, contacts / 2).map((stream) => stream.deleted()),
    ];
  };

  const positionsOn = async (name: string): Promise<number[]> =>
    (await readTopic(name)).map(({ headers }) => Number(headers.ce_position)).sort((a, b) => a - b);
  const positionsOfLog = async (): Promise<number[]> =>
    (await readLog(logDatabase.em.fork(), { limit: 10_000 })).map(({ position }) => Number(position));

  it('gives the messages of the first time: ids, bytes, headers, keys and partitions, in order per contact', async () => {
    await append(logDatabase.em, story(300));
    relays.push(startRelay(logDatabase, settings));
    const { events } = topicNames(settings.topicPrefix);
    await waitFor(async () => (await positionsOn(events)).length === 750, {
      what: 'the log on its own topic',
      timeoutMs: 20_000,
    });
    expect(await replay('--topic', topic)).toMatch(/Done: 750 messages\n$/);

    const place = (records: Awaited<ReturnType<typeof readTopic>>) =>
      records.map(({ partition, key, value, headers }) => ({ partition, key, value, headers }));
    expect(place(await readTopic(topic))).toEqual(place(await readTopic(events)));
  });

  it('gives a range, or one account, of the log', async () => {
    const account = randomUUID();
    await append(logDatabase.em, [...story(10), ...story(10, account)]);
    const positions = await positionsOfLog();
    const [from, to] = [positions[3] ?? 0, positions[40] ?? 0];

    await replay('--topic', topic, '--from', String(from), '--to', String(to));
    expect(await positionsOn(topic)).toEqual(positions.slice(3, 41));
    await replay('--topic', `${topic}-2`, '--account', account);
    expect(await audited()).toMatchObject({ accountId: account, object: `${topic}-2`, outcome: 'done' });
    expect(await positionsOn(`${topic}-2`)).toEqual(positions.slice(25));
  });

  it('hands a consumer over to the events, as the guide says, without a gap and without a repeat', async () => {
    const { events } = topicNames(settings.topicPrefix);
    relays.push(startRelay(logDatabase, settings));
    const publish = async (): Promise<void> => {
      await relayed(logDatabase.em, events, await append(logDatabase.em, story(4)));
    };
    await publish();
    const noted = Map.groupBy(await readTopic(events), ({ partition }) => partition);
    // Of what comes next the replay has a part that comes again, and of the last it has nothing.
    await publish();
    const said = await replay('--topic', topic);
    await publish();
    const last = Number(/^Publishing positions 1 to (\d+) to /m.exec(said)?.[1]);

    const followed = (await readTopic(events))
      .filter(({ partition, offset }) => Number(offset) >= (noted.get(partition)?.length ?? 0))
      .map(({ headers }) => Number(headers.ce_position));
    expect(followed).toHaveLength(20);
    const read = [...(await positionsOn(topic)), ...followed.filter((position) => position > last)];
    expect(read.sort((a, b) => a - b)).toEqual(await positionsOfLog());
  });

  it('keeps to the rate', async () => {
    await append(logDatabase.em, story(10));
    await replay('--topic', topic, '--rate', '20');
    const consumer = outsideClient().consumer({ groupId: randomUUID() });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const times: number[] = [];
    await consumer.run({
      eachMessage: ({ message }) => {
        times.push(Number(message.timestamp));
        return Promise.resolve();
      },
    });
    await waitFor(() => times.length === 25, { what: 'the messages' });
    await consumer.disconnect();
    // Two a send: the last of 25 may come 24/20 s behind the first at the soonest, less what timers are early.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1_150);
  });

  it('interrupted, says where to go on, and going on there leaves nothing out', async () => {
    await append(logDatabase.em, story(40));
    const first = start('--topic', topic, '--rate', '20');
    await waitFor(() => first.output().includes('position'), { what: 'progress', timeoutMs: 20_000 });
    await waitFor(async () => (await positionsOn(topic)).length > 0, { what: 'messages', timeoutMs: 20_000 });
    first.interrupt();
    expect(await first.ended).toBe(130);
    expect(await audited()).toMatchObject({ object: topic, outcome: 'failed', code: 'interrupted' });
    const from = /Interrupted after \d+ messages\. Go on with --from (\d+)\n$/.exec(first.output())?.[1];

    const before = await positionsOn(topic);
    expect(before.length).toBeLessThan(100);
    expect(Number(from)).toBe((before.at(-1) ?? 0) + 1);
    await replay('--topic', topic, '--from', from ?? '');
    expect(await positionsOn(topic)).toEqual(await positionsOfLog());
  });

  it('passes over no event when an older transaction draws a later position', async () => {
    await logDatabase.em.fork().transactional(async (tem) => {
      // It waits for two programs, longer than the service lets a transaction.
      await tem.execute('set local idle_in_transaction_session_timeout = 0');
      await tem.execute('select pg_current_xact_id()');
      await append(logDatabase.em, story(4));
      await replay('--topic', topic);
      await appendEvents(tem, [newEvent(new ContactStream().updated())]);
      // The older has drawn its position and is not through: what is read now must not lie behind it.
      await replay('--topic', topic, '--from', String(((await positionsOn(topic)).at(-1) ?? 0) + 1));
    });
    await append(logDatabase.em, story(4));
    await replay('--topic', topic, '--from', String(((await positionsOn(topic)).at(-1) ?? 0) + 1));
    expect(await positionsOn(topic)).toEqual(await positionsOfLog());
  });

  it("refuses what makes no sense, and the service's own topics, and says what to do", async () => {
    const { state, erasures } = topicNames(settings.topicPrefix);
    const refusals: [string[], string][] = [
      [[], "required option '--topic <name>'"],
      [['--topic', 'x', '--from', '-1'], '--from'],
      [['--topic', 'x', '--rate', '0'], '--rate must be a number of messages'],
      [['--topic', 'x', '--fast'], "unknown option '--fast'"],
      [['--topic', state], `${state} is one of the service's own topics`],
      [['--topic', erasures], `${erasures} is one of the service's own topics`],
    ];
    await Promise.all(
      refusals.map(async ([args, why]) => {
        const { ended, output } = start(...args);
        expect([await ended, output()]).toEqual([2, expect.stringContaining(why)]);
      }),
    );
  });
});
