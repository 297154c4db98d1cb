import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { topicNames } from '#contact-events';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Message,
  ResourcePatternTypes,
} from 'kafkajs';

import { type LocalKafka } from '../../apps/local/src/kafka/start-kafka.js';
import { startService } from '../../apps/contact-sync/src/service.js';
import { bearer, MASTER } from '../access/access-tokens.js';
import { brokenRecords } from '../support/broken-records.js';
import { outsideClient, produce, readTopic, type TopicRecord } from '../support/contact-feed-kafka.js';
import { describeKafka, testBrokers } from '../support/kafka.js';
import { describeOwnKafka, ownKafkaFolder, startOwnKafka } from '../support/own-kafka.js';
import {
  type CopiedContact,
  contactsOfRest,
  type Language,
  LANGUAGES,
  ReferenceConsumer,
} from '../support/reference-consumers.js';
import { type SecuredKafka, startSecuredKafka } from '../support/secured-kafka.js';
import { startTestService, type TestService } from '../support/service.js';
import { serviceEnvironment } from '../support/service-environment.js';
import { waitFor } from '../support/wait-for.js';

const OPERATOR = 'operator-of-a-test-0123456789';
const PRESENT = LANGUAGES.filter(({ missing }) => missing === null);
const BIG = { names: ['Long Winded'], biographies: [{ value: 'words '.repeat(120_000) }] };

const sayWhatIsMissing = (): void => {
  for (const { name, missing } of LANGUAGES)
    if (missing !== null) it.skip(`${name} (skipped: ${missing})`, () => undefined);
};

/** What a consumer and a test need of a service with tokens. */
class Source {
  private constructor(
    readonly service: TestService,
    readonly brokers: readonly string[],
    readonly prefix: string,
  ) {}

  static async start(brokers: readonly string[], more: Record<string, string> = {}): Promise<Source> {
    const prefix = `test-${randomUUID().slice(0, 8)}.`;
    const environment = {
      KAFKA_BROKERS: brokers.join(),
      KAFKA_TOPIC_PREFIX: prefix,
      KAFKA_PARTITIONS: '3',
      DELETION_GUARD: 'off',
      API_TOKENS: `${MASTER},operator:operate:${OPERATOR}`,
    };
    return new Source(await startTestService({ ...environment, ...more }, { persons: 60 }), brokers, prefix);
  }

  readonly names = () => topicNames(this.prefix);
  readonly call = (method: string, where: string, body?: unknown) =>
    this.service.api(method, where, body, bearer(MASTER));
  readonly sync = () => this.call('POST', '/api/sync');
  readonly google = (where: string, body: unknown) => this.service.google.control('POST', where, body);
  readonly rest = () => contactsOfRest(this.service.api, bearer(MASTER));
  readonly produce = (topic: string, messages: Parameters<typeof produce>[1]) =>
    produce(topic, messages, this.brokers);

  /** So many edits that each partition gets one. */
  readonly change = async (): Promise<void> => {
    await this.google('/control/persons/change', { edits: 40, creates: 3, deletes: 2 });
    await this.sync();
    // Or a consumer would rightly wait for the contact that was cut.
    await waitFor(
      async () => {
        const { projected, logEnd } = (await this.call('GET', '/api/positions')).body;
        return projected === logEnd;
      },
      { what: 'the read model', timeoutMs: 120_000 },
    );
  };

  readonly consumer = (language: Language, folder: string, more: Record<string, string> = {}) =>
    new ReferenceConsumer(
      language,
      path.join(folder, `${language.name}-${randomUUID().slice(0, 8)}.sqlite`),
      {
        KAFKA_BROKERS: this.brokers.join(),
        KAFKA_TOPIC_PREFIX: this.prefix,
        CONTACTSTREAM_URL: this.service.url,
        CONTACTSTREAM_TOKEN: MASTER,
        ...more,
      },
    );

  /** @param message headers and value, to be sent as somebody else might */
  static message({ key, headers, value }: TopicRecord, change: Record<string, string> = {}) {
    return { key, value, headers: { ...headers, ...change } };
  }
}

let isInstalled = false;
const install = (): void => {
  if (!isInstalled) for (const { install: first } of PRESENT) first?.();
  isInstalled = true;
};

describeOwnKafka('Each reference consumer, with all that can be on the topics,', () => {
  sayWhatIsMissing();
  const { folder, remove } = ownKafkaFolder();
  let kafka: LocalKafka;
  let source: Source;
  /** Of records that the service did not send, and so not in REST. */
  const strangers = { deleted: randomUUID(), cut: randomUUID() };
  const consumers = new Map<string, ReferenceConsumer>();
  /** Of which nobody can make anything. */
  let broken: Message[] = [];
  /** That come again, or of a type that nobody knows. */
  let others: Message[] = [];

  beforeAll(async () => {
    install();
    kafka = await startOwnKafka(folder);
    source = await Source.start([kafka.brokers]);
    const { events, state } = source.names();
    await source.sync();
    await source.change();
    const persons = (await source.service.google.control('GET', '/control/persons?limit=2')).body
      .items as readonly { resourceName: string }[];
    const [from, into] = persons.map(({ resourceName }) => resourceName.slice(7));
    await source.google(`/control/persons/${from}/merge`, { into, tombstone: true });
    await source.google('/control/persons', BIG);
    await source.sync();

    const sent = await readTopic(events, source.brokers);
    const sound = sent.findLast(({ headers }) => headers.ce_type === 'ContactUpdated');
    const deletion = (await readTopic(state, source.brokers)).find(({ value }) => value === null);
    const big = sent.find(({ value }) => value?.includes('"truncatedFields"'));
    if (!sound?.value || !deletion || !big?.value) throw new Error('The topics hold too little');
    broken = brokenRecords({ value: sound.value, headers: sound.headers })
      // librdkafka ends the name of a header at NUL, and so takes these for sound.
      .filter(({ kind }) => !kind.endsWith('under an odd name'))
      .map(({ message }) => message);
    others = [
      ...sent.slice(0, 30).map((record) => Source.message(record)),
      Source.message(sound, { ce_type: 'ContactAdmired' }),
    ];
    await source.produce(state, [
      {
        key: strangers.cut,
        value: big.value.replaceAll(big.key ?? '', strangers.cut),
        headers: { ...big.headers, ce_subject: strangers.cut },
      },
      {
        key: strangers.deleted,
        value: null,
        headers: { ...deletion.headers, ce_subject: strangers.deleted },
      },
      { key: randomUUID(), value: null },
      ...sent.slice(0, 30).map((record) => Source.message(record)),
    ]);
    // Behind all of that, in each partition.
    await source.change();
    for (const language of PRESENT) consumers.set(language.name, source.consumer(language, folder));
  }, 480_000);
  afterAll(async () => {
    for (const consumer of consumers.values()) consumer.stop();
    await source.service.stop();
    await kafka.kill();
    remove();
  });

  const of = ({ name }: Language): ReferenceConsumer => {
    const consumer = consumers.get(name);
    if (consumer === undefined) throw new Error(`There is no ${name}`);
    return consumer;
  };
  const known = (consumer: ReferenceConsumer): Map<string, CopiedContact> => {
    const contacts = consumer.contacts();
    for (const id of Object.values(strangers)) contacts.delete(id);
    return contacts;
  };

  it.each(PRESENT)(
    '$name comes to a copy that equals REST',
    async (language) => {
      const { code, output, complaints } = await of(language).run();
      expect([code, complaints]).toEqual([0, '']);
      const rest = await source.rest();
      expect(known(of(language))).toEqual(rest);
      const reasons = new Set([...rest.values()].map(({ reason }) => reason));
      expect([...reasons].sort()).toEqual(['deleted-in-google', 'merged', null]);
      expect(of(language).rows('select distinct reason from contacts where merged_into is not null')).toEqual(
        [{ reason: 'merged' }],
      );
      expect(of(language).contacts().get(strangers.deleted)).toMatchObject({ contact: null });
      expect(JSON.parse(output)).toMatchObject({
        contacts: [...of(language).contacts().values()].filter(({ contact }) => contact !== null).length,
        cut: 1,
        fetched: 1,
      });
    },
    300_000,
  );

  it('puts the same records aside, whatever its language, and goes on', async () => {
    await source.produce(source.names().events, [...broken, ...others]);
    // Behind all of that, in each partition.
    await source.change();
    for (const language of PRESENT) {
      expect(await of(language).run()).toMatchObject({ code: 0, complaints: '' });
      expect(known(of(language))).toEqual(await source.rest());
    }
    const aside = PRESENT.map((language) => of(language).rows('select * from put_aside order by 1, 2, 3'));
    expect(aside[0]?.length).toBeGreaterThan(broken.length * 0.8);
    for (const rows of aside) expect(rows).toEqual(aside[0]);
  }, 300_000);

  it.each(PRESENT)(
    '$name goes on where it was, however often it is killed',
    async (language) => {
      const consumer = source.consumer(language, folder);
      const read = (): number =>
        consumer.rows<{ read: number }>('select sum(next) read from offsets')[0]?.read ?? 0;
      let [before, noted] = [0, '[]'];
      for (let kill = 0; kill < 3; kill += 1) {
        const running = consumer.start();
        await waitFor(() => read() > before, { what: 'it to read on', timeoutMs: 90_000, everyMs: 5 });
        await running.kill();
        const begun = JSON.stringify(
          consumer.rows('select topic, "partition", noted from offsets order by 1, 2'),
        );
        if (kill > 0) expect(begun).toBe(noted);
        [before, noted] = [read(), begun];
        await source.change();
      }
      expect(await consumer.run()).toMatchObject({ code: 0, complaints: '' });
      expect(known(consumer)).toEqual(await source.rest());
      // What was broken on the other topic lies before its beginning.
      const ofState = `select * from put_aside where topic = '${source.names().state}' order by 1, 2, 3`;
      expect(consumer.rows(ofState)).toEqual(of(language).rows(ofState));
      expect(consumer.rows(ofState)).not.toEqual([]);
    },
    300_000,
  );

  it('follows, also over a restart of the broker', async () => {
    const running = PRESENT.map((language) => of(language).start());
    const equal = () =>
      waitFor(
        async () => {
          const rest = JSON.stringify([...(await source.rest())]);
          return PRESENT.every((language) => JSON.stringify([...known(of(language))].sort()) === rest);
        },
        { what: 'each copy to equal REST', timeoutMs: 90_000, everyMs: 200 },
      ).catch(async () => {
        for (const language of PRESENT)
          expect([language.name, known(of(language))]).toEqual([language.name, await source.rest()]);
      });
    try {
      await source.change();
      await equal();
      await kafka.nodes[0]?.kill();
      await source.google('/control/persons/change', { edits: 40, creates: 3, deletes: 2 });
      await source.sync();
      await kafka.nodes[0]?.start();
      await equal();
    } finally {
      for (const { kill } of running) await kill();
    }
  }, 300_000);

  it.each(PRESENT)(
    '$name says to begin anew where retention took what it had not read, and does so',
    async (language) => {
      await source.change();
      const admin = outsideClient(source.brokers).admin();
      await admin.connect();
      const ends = await admin.fetchTopicOffsets(source.names().events);
      await admin.deleteTopicRecords({
        topic: source.names().events,
        partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
      });
      await admin.disconnect();
      const { code, complaints } = await of(language).run();
      expect([code, complaints]).toEqual([1, expect.stringContaining('begin anew with rebuild')]);
      expect(await of(language).run(['rebuild'])).toMatchObject({ code: 0, complaints: '' });
      expect(known(of(language))).toEqual(await source.rest());
    },
    300_000,
  );

  it('keeps nothing of an erased account, not even in the file, but that it is erased', async () => {
    // What others had not read was taken away from them above.
    for (const language of PRESENT) await of(language).run(['rebuild']);
    const names = [...(await source.rest()).values()].flatMap(({ contact }) =>
      contact === null ? [] : [(contact as { displayName: string }).displayName],
    );
    const [account] = (await source.call('GET', '/api/accounts')).body.items;
    await source.call('DELETE', `/api/accounts/${account.id}?erase=true`);
    await waitFor(async () => (await source.call('GET', `/api/accounts/${account.id}`)).status === 404, {
      what: 'the erasure',
      timeoutMs: 60_000,
    });
    for (const language of PRESENT) {
      expect(await of(language).run()).toMatchObject({ code: 0, complaints: '' });
      const reasons = new Set([...known(of(language)).values()].map(({ reason }) => reason));
      expect([language.name, [...reasons].sort()]).toEqual([
        language.name,
        ['account-erased', 'deleted-in-google', 'merged'],
      ]);
      const file = readFileSync(of(language).file, 'utf8');
      // The stranger is of no account, and has the name of the one that was cut.
      const left = names.filter(
        (name) =>
          name.length > 8 && name !== BIG.names[0] && file.includes(JSON.stringify(name).slice(1, -1)),
      );
      expect([language.name, left]).toEqual([language.name, []]);
    }
  }, 300_000);

  it.each(PRESENT)(
    '$name stops at a version that it does not know, and goes on when told to pass it over',
    async (language) => {
      const { events, state } = source.names();
      const sound = (await readTopic(state, source.brokers)).find(({ value }) => value !== null);
      if (sound === undefined) throw new Error('The topic holds too little');
      const dataschema = `https://contacts.example/api/schemas/contact-updated/2.json`;
      const consumer = of(language);
      await consumer.run(['--pass-over=contact-updated/2']);
      await source.produce(events, [Source.message(sound, { ce_dataschema: dataschema })]);
      let stopped = '';
      for (let attempt = 0; attempt < 2; attempt += 1) {
        const running = consumer.start();
        expect([await running.ended, running.complaints()]).toEqual([
          1,
          expect.stringMatching(
            /contacts\.events\/\d+\/\d+: This program was written for contact-updated\/1, not for contact-updated\/2/,
          ),
        ]);
        stopped = running.complaints();
      }
      const next = consumer.rows<{ at: string }>(
        `select topic || '/' || "partition" || '/' || next at from offsets`,
      );
      expect(next).toContainEqual({ at: stopped.split(': ')[0] });
      const on = consumer.start(['--pass-over=contact-updated/2']);
      const offsets = (): number =>
        consumer.rows<{ read: number }>('select sum(next) read from offsets')[0]?.read ?? 0;
      const before = offsets();
      await waitFor(() => offsets() > before, { what: 'it to go on', timeoutMs: 90_000 });
      await on.kill();
    },
    300_000,
  );
});

describeKafka('Each reference consumer that needs REST', () => {
  sayWhatIsMissing();
  let folder: string;
  let source: Source;

  beforeAll(async () => {
    install();
    folder = await mkdtemp(path.join(tmpdir(), 'contactstream-consumers-'));
    source = await Source.start(testBrokers(), { ROLES: 'api,scheduler,relay' });
    await source.google('/control/persons', BIG);
    // It answers without the read model, which nobody fills.
    await source.call('POST', '/api/sync');
  }, 480_000);
  afterAll(async () => {
    await source.service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it.each(PRESENT)(
    '$name tells a wrong token, and a service that is none',
    async (language) => {
      const run = (more: Record<string, string>) => source.consumer(language, folder, more).run();
      expect(await run({ CONTACTSTREAM_TOKEN: 'wrong-token-of-a-test-0123456789' })).toMatchObject({
        code: 1,
        complaints: expect.stringContaining('does not know the token'),
      });
      expect(await run({ CONTACTSTREAM_URL: source.service.google.url })).toMatchObject({
        code: 1,
        complaints: expect.stringContaining('is no contactstream'),
      });
    },
    60_000,
  );

  it('waits for what REST does not show yet', async () => {
    const waiting = PRESENT.map((language) => {
      const consumer = source.consumer(language, folder);
      return { consumer, running: consumer.start(['--until-caught-up']) };
    });
    for (const { running } of waiting) {
      await waitFor(() => running.complaints().includes('does not show version 1 of'), {
        what: 'it to wait',
        timeoutMs: 60_000,
      });
    }
    const projector = await startService({
      ...serviceEnvironment(source.service.database, source.service.google),
      KAFKA_BROKERS: source.brokers.join(),
      KAFKA_TOPIC_PREFIX: source.prefix,
      ROLES: 'projector',
    });
    try {
      for (const { consumer, running } of waiting) {
        expect([consumer.language.name, await running.ended]).toEqual([consumer.language.name, 0]);
        expect(consumer.contacts()).toEqual(await source.rest());
      }
    } finally {
      await projector.stop();
    }
  }, 300_000);

  it.each(PRESENT)(
    '$name waits while nobody answers, and tells a token without rights',
    async (language) => {
      let refusals = 0;
      const door = createServer((request, response) => {
        void (async () => {
          if ((refusals += 1) <= 2) return response.writeHead(503).end();
          const authorization = request.headers.authorization ?? '';
          const answer = await fetch(`${source.service.url}${request.url ?? ''}`, {
            headers: { authorization },
          });
          return response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
        })();
      });
      await new Promise<void>((listening) => door.listen(0, '127.0.0.1', listening));
      const url = `http://127.0.0.1:${(door.address() as AddressInfo).port}`;
      try {
        const { code, complaints } = await source
          .consumer(language, folder, { CONTACTSTREAM_URL: url, CONTACTSTREAM_TOKEN: OPERATOR })
          .run();
        expect([code, complaints.split('answers 503').length]).toEqual([1, 3]);
        expect(complaints).toContain('it needs the scope read');
      } finally {
        door.close();
      }
    },
    60_000,
  );
});

describeOwnKafka('Each reference consumer, over TLS and signed in,', () => {
  sayWhatIsMissing();
  const { folder, remove } = ownKafkaFolder();
  const user = { name: 'reader', password: 'the-password-of-the-test' };
  let kafka: SecuredKafka;
  let source: Source;

  beforeAll(async () => {
    install();
    kafka = await startSecuredKafka(folder, user);
    source = await Source.start([kafka.brokers]);
    await source.sync();
    const admin = outsideClient([kafka.brokers]).admin();
    await admin.connect();
    await admin.createAcls({
      acl: [
        {
          resourceType: AclResourceTypes.TOPIC,
          resourceName: source.prefix,
          resourcePatternType: ResourcePatternTypes.PREFIXED,
          operation: AclOperationTypes.READ,
          principal: `User:${user.name}`,
          host: '*',
          permissionType: AclPermissionTypes.ALLOW,
        },
      ],
    });
    await admin.disconnect();
  }, 480_000);
  afterAll(async () => {
    await source.service.stop();
    await kafka.kill();
    remove();
  });

  it.each(PRESENT)(
    '$name reads with rights on the topics alone, and trusts nobody else',
    async (language) => {
      const consumer = source.consumer(language, folder, {
        KAFKA_BROKERS: kafka.secured,
        KAFKA_SSL: 'true',
        KAFKA_CA_FILE: kafka.authority,
        KAFKA_SASL_USERNAME: user.name,
        KAFKA_SASL_PASSWORD: user.password,
      });
      for (const mechanism of language.mechanisms) {
        const { code } = await consumer.run(['rebuild'], { KAFKA_SASL_MECHANISM: mechanism });
        expect([mechanism, code]).toEqual([mechanism, 0]);
      }
      expect(consumer.contacts()).toEqual(await source.rest());
      const plain = { KAFKA_SASL_MECHANISM: 'plain' };
      expect((await consumer.run([], { ...plain, KAFKA_SASL_PASSWORD: 'another' })).code).toBe(1);
      expect((await consumer.run([], { ...plain, KAFKA_CA_FILE: '' })).code).toBe(1);
    },
    180_000,
  );
});
