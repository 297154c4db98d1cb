import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { toKafkaMessage, topicNames } from '#contact-events';
import { type KafkaSettings } from '#kafka';
import { type Message } from 'kafkajs';

import { kafkaEnvironment, kafkaSettings, outsideClient, produce } from '../support/contact-feed-kafka.js';
import { ContactStream, newEvent } from '../support/contact-feed-log.js';
import { describeKafka } from '../support/kafka.js';
import { limitRecords } from '../support/limit-records.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

interface Letter {
  readonly id: string;
  readonly contactId: string | null;
  readonly error: string;
  readonly offset: string;
  readonly state: string;
}

describeKafka('A dead letter', () => {
  let service: TestService;
  let settings: KafkaSettings;
  let topic: string;

  beforeAll(async () => {
    settings = kafkaSettings();
    topic = topicNames(settings.topicPrefix).events;
    service = await startTestService({
      ...kafkaEnvironment(settings),
      API_TOKENS: `master-token-0123456789abcdef,reader:read:reader-token-0123456789abcdef,bound:read+operate@${randomUUID()}:bound-token-0123456789abcdef`,
    });
    await service.google.control('PUT', '/control/accounts/demo', { persons: 20, seed: 7 });
    await call('POST', '/api/sync');
  });
  afterAll(() => service.stop());

  const call = (method: string, path: string, token = 'master-token-0123456789abcdef') =>
    service.api(method, path, undefined, { authorization: `Bearer ${token}` });

  const letters = async (query = ''): Promise<Letter[]> =>
    (await call('GET', `/api/dead-letters?limit=500${query}`)).body.items as Letter[];

  /** @returns the letters that they became, in order of offset */
  const putAside = async (messages: readonly Message[]): Promise<Letter[]> => {
    const before = new Set((await letters()).map(({ id }) => id));
    await produce(
      topic,
      messages.map((message) => ({ ...message, partition: 0 })),
    );
    const news = await waitFor(
      async () => {
        const found = (await letters()).filter(({ id }) => !before.has(id));
        return found.length === messages.length ? found : null;
      },
      { what: 'the dead letters', timeoutMs: 20_000 },
    );
    return news.sort((a, b) => Number(a.offset) - Number(b.offset));
  };

  const only = async (message: Message): Promise<Letter> => {
    const [letter] = await putAside([message]);
    if (letter === undefined) throw new Error('There is no dead letter');
    return letter;
  };

  const lastPosition = async (): Promise<bigint> => {
    const { body } = await call('GET', '/api/sync/runs?limit=1');
    return BigInt((body.items as { lastPosition: string }[])[0]?.lastPosition ?? 0);
  };

  const message = (stream: ContactStream, position: bigint, details = {}): Message => {
    const event = stream.updated(details);
    const { key, value, headers } = toKafkaMessage(
      { ...newEvent(event), contactId: stream.id, position },
      'https://contacts.example',
    );
    return { key, value, headers: { ...headers } };
  };

  it('is listed with its origin, and shown byte by byte to those who may read', async () => {
    const letter = await only({
      key: 'no contact id',
      value: Buffer.from([0xff, 0x00]),
      headers: { twice: ['1', '2'], 'na\0me': 'a\0b', __proto__: 'own' },
    });
    expect(letter).toEqual({
      id: expect.any(String),
      refusedBy: 'read-model',
      topic,
      partition: 0,
      position: null,
      requested: null,
      offset: expect.stringMatching(/^\d+$/),
      contactId: null,
      error: 'The record is no CloudEvents 1.0 event in binary mode',
      occurredAt: expect.any(String),
      state: 'open',
    });
    const { body } = await call('GET', `/api/dead-letters/${letter.id}`, 'reader-token-0123456789abcdef');
    const utf8 = (text: string) => ({ encoding: 'utf-8', text });
    expect(body).toEqual({
      ...letter,
      payload: {
        key: utf8('no contact id'),
        headers: [
          { name: 'twice', value: utf8('1') },
          { name: 'twice', value: utf8('2') },
          { name: 'na\0me', value: utf8('a\0b') },
        ],
        value: { encoding: 'base64', text: '/wA=' },
      },
    });
  });

  it('is in the list also where the dead-letter topic refuses it, and nothing stops', async () => {
    const { topicPrefix } = settings;
    const admin = outsideClient().admin();
    await admin.connect();
    const { deadLetter } = topicNames(topicPrefix);
    await limitRecords(admin, deadLetter, 100);
    const letter = await only({ key: 'nobody', value: 'no event' });
    expect(letter).toMatchObject({ state: 'open', refusedBy: 'read-model' });
    const stream = new ContactStream();
    await produce(topic, [{ ...message(stream, await lastPosition()), partition: 0 }]);
    await waitFor(async () => (await call('GET', `/api/contacts/${stream.id}`)).status === 200, {
      what: 'what comes behind it',
    });
    await limitRecords(admin, deadLetter, 1_000_000);
    await admin.disconnect();
  });

  it('is applied by a replay once it can be', async () => {
    const stream = new ContactStream();
    const position = (await lastPosition()) + 1n;
    const letter = await only(message(stream, position, { displayName: 'Ahead of the log' }));
    expect(letter).toMatchObject({ contactId: stream.id });
    const tooEarly = await call('POST', `/api/dead-letters/${letter.id}/replay`);
    expect([tooEarly.status, tooEarly.body.code]).toEqual([409, 'still-not-applicable']);
    expect(tooEarly.body.detail).toContain('lies beyond the event log');
    expect((await call('GET', `/api/contacts/${stream.id}`)).status).toBe(404);

    await service.google.control('PUT', '/control/accounts/demo', { persons: 30, seed: 8 });
    await call('POST', '/api/sync/full');
    expect(await lastPosition()).toBeGreaterThan(position);
    const replayed = await call('POST', `/api/dead-letters/${letter.id}/replay`);
    expect(replayed.status).toBe(200);
    expect(replayed.body).toEqual({ ...letter, state: 'replayed' });
    expect((await call('GET', `/api/contacts/${stream.id}`)).body.displayName).toBe('Ahead of the log');

    for (const action of ['replay', 'discard']) {
      const again = await call('POST', `/api/dead-letters/${letter.id}/${action}`);
      expect([again.status, again.body.code]).toEqual([409, 'replayed']);
    }
  });

  it('that is older than what the read model has changes nothing when it is replayed', async () => {
    const stream = new ContactStream();
    const position = await lastPosition();
    const old = message(stream, position + 1n, { displayName: 'Old' });
    const letter = await only(old);
    await produce(topic, [{ ...message(stream, position, { displayName: 'New' }), partition: 0 }]);
    await waitFor(async () => (await call('GET', `/api/contacts/${stream.id}`)).status === 200, {
      what: 'the newer version',
    });
    await service.google.control('PUT', '/control/accounts/demo', { persons: 40, seed: 9 });
    await call('POST', '/api/sync/full');
    expect((await call('POST', `/api/dead-letters/${letter.id}/replay`)).status).toBe(200);
    expect((await call('GET', `/api/contacts/${stream.id}`)).body).toMatchObject({
      displayName: 'New',
      version: 2,
    });
  });

  it('that the database still refuses stays open, until it is discarded', async () => {
    const refused = message(new ContactStream(), await lastPosition(), {
      updatedAt: '0000-01-01T00:00:00.000Z',
    });
    const letter = await only(refused);
    const answer = await call('POST', `/api/dead-letters/${letter.id}/replay`);
    expect([answer.status, answer.body.code]).toEqual([409, 'still-not-applicable']);
    expect(answer.body.detail).toContain('SQLSTATE 22');
    expect((await letters('&state=open')).map(({ id }) => id)).toContain(letter.id);

    const discarded = await call('POST', `/api/dead-letters/${letter.id}/discard`);
    expect(discarded.body).toEqual({ ...letter, state: 'discarded' });
    expect((await letters('&state=open')).map(({ id }) => id)).not.toContain(letter.id);
    const replay = await call('POST', `/api/dead-letters/${letter.id}/replay`);
    expect([replay.status, replay.body.code]).toEqual([409, 'discarded']);
  });

  it('is on one page, newest first', async () => {
    await putAside(Array.from({ length: 7 }, (_, index) => ({ key: `page ${index}`, value: null })));
    const all = (await letters()).map(({ id }) => id);
    const paged: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await call(
        'GET',
        `/api/dead-letters?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      paged.push(...(body.items as Letter[]).map(({ id }) => id));
      cursor = body.nextCursor as string | null;
    }
    expect(paged).toEqual(all);
    expect(new Set(paged).size).toBeGreaterThanOrEqual(7);
  });

  it('is hidden from tokens without the scope and from those of one account', async () => {
    const letter = await only({ key: 'hidden', value: '{' });
    expect((await call('GET', '/api/dead-letters', 'reader-token-0123456789abcdef')).status).toBe(403);
    for (const path of ['/api/dead-letters', `/api/dead-letters/${letter.id}`]) {
      const bound = await call('GET', path, 'bound-token-0123456789abcdef');
      expect([bound.status, bound.body.code]).toEqual([404, 'not-found']);
    }
    const none = await call('POST', '/api/dead-letters/7/replay');
    expect([none.status, none.body.code]).toEqual([404, 'dead-letter-not-found']);
  });
});
