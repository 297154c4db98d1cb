import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type TopicNames, topicNames } from '#contact-events';
import { type Admin } from 'kafkajs';

import {
  kafkaEnvironment,
  kafkaSettings,
  outsideClient,
  produce,
  readTopic,
} from '../support/contact-feed-kafka.js';
import { describeKafka } from '../support/kafka.js';
import { limitRecords } from '../support/limit-records.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

interface Letter {
  readonly id: string;
  readonly contactId: string;
  readonly refusedBy: string;
  readonly topic: string;
  readonly position: string;
  readonly state: string;
}

/** gzip leaves about half of it. */
const LONG_TEXT = Array.from({ length: 2_000 }, () => randomUUID()).join('');

describeKafka('A contact that is too large for a topic', () => {
  let service: TestService;
  let admin: Admin;
  let names: TopicNames;

  beforeAll(async () => {
    const settings = kafkaSettings();
    names = topicNames(settings.topicPrefix);
    admin = outsideClient().admin();
    await admin.connect();
    service = await startTestService(
      {
        ...kafkaEnvironment(settings),
        API_TOKENS: `master-token-0123456789abcdef,reader:read+operate:reader-token-0123456789abcdef,bound:read+operate@${randomUUID()}:bound-token-0123456789abcdef`,
      },
      { persons: 20 },
    );
    await sync();
  });
  afterAll(async () => {
    await service.stop();
    await admin.disconnect();
  });

  const call = (method: string, path: string, token = 'master-token-0123456789abcdef') =>
    service.api(method, path, undefined, { authorization: `Bearer ${token}` });

  /** @returns the run's last position, which the read model holds */
  const sync = async (): Promise<string> => {
    const { status, body } = await call('POST', '/api/sync');
    const run = body.run as { lastPosition: string; readModelCaughtUp: boolean };
    expect([status, run.readModelCaughtUp]).toEqual([200, true]);
    return run.lastPosition;
  };

  const person = async (fields: object): Promise<string> => {
    const { body } = await service.google.control('POST', '/control/persons', fields);
    return String(body.resourceName);
  };
  const edit = (resourceName: string, fields: object) =>
    service.google.control('PATCH', `/control/persons/${resourceName.replace('people/', '')}`, fields);

  const letters = async (query = '?state=open'): Promise<Letter[]> =>
    (await call('GET', `/api/dead-letters${query}`)).body.items as Letter[];

  const only = async (): Promise<Letter> => {
    const [letter, ...others] = await letters();
    expect(others).toEqual([]);
    if (letter === undefined) throw new Error('There is no dead letter');
    return letter;
  };

  const ofContact = async (topic: string, contactId: string): Promise<(string | undefined)[]> =>
    (await readTopic(topic))
      .filter(({ key }) => key === contactId)
      .map(({ headers }) => headers.ce_contactversion);

  const metric = async (name: string): Promise<string | undefined> =>
    (await (await fetch(`${service.url}/metrics`)).text())
      .split('\n')
      .find((line) => line.startsWith(`${name} `));

  const isWhole = async (): Promise<void> => {
    expect((await call('POST', '/api/verify')).body).toMatchObject({ ok: true });
  };

  it('waits as a dead letter, while REST has it and all others go on, and is sent by a replay', async () => {
    await limitRecords(admin, names.events, 20_000);
    await limitRecords(admin, names.state, 20_000);
    const large = await person({ names: ['Long Winded'], biographies: [{ value: LONG_TEXT }] });
    await person({ names: ['Short Spoken'] });
    await sync();
    await edit(large, { names: ['Long Winded the Second'] });
    const position = await sync();

    const letter = await only();
    expect(letter).toMatchObject({
      refusedBy: 'kafka',
      topic: names.events,
      partition: null,
      offset: null,
      error: expect.stringContaining('MESSAGE_TOO_LARGE'),
      requested: null,
    });
    const { contactId } = letter;
    expect((await call('GET', `/api/contacts?q=Second&minPosition=${position}`)).body.items).toMatchObject([
      { id: contactId, version: 2, biography: LONG_TEXT },
    ]);
    expect((await call('GET', '/api/contacts?q=Spoken')).body.items).toHaveLength(1);
    expect(await ofContact(names.events, contactId)).toEqual([]);
    await isWhole();
    expect(await metric('contactstream_refused_records')).toBe('contactstream_refused_records 1');
    expect(await metric('contactstream_dead_letters')).toBe('contactstream_dead_letters 1');
    expect(await metric('contactstream_relay_lag_events')).toBe('contactstream_relay_lag_events 0');

    const { body } = await call('GET', `/api/dead-letters/${letter.id}`, 'reader-token-0123456789abcdef');
    expect(body).toMatchObject({ ...letter, payload: { key: { text: contactId } } });
    expect((await call('GET', `/api/dead-letters/${letter.id}`, 'bound-token-0123456789abcdef')).status).toBe(
      404,
    );
    expect((await call('GET', '/api/dead-letters', 'bound-token-0123456789abcdef')).status).toBe(404);

    const early = await call('POST', `/api/dead-letters/${letter.id}/replay`);
    expect([early.status, early.body.code]).toEqual([409, 'still-refused']);

    await limitRecords(admin, names.events, 1_000_000);
    await limitRecords(admin, names.state, 1_000_000);
    const replayed = await call('POST', `/api/dead-letters/${letter.id}/replay`);
    expect([replayed.status, replayed.body]).toEqual([200, { ...letter, state: 'replayed' }]);
    expect(await ofContact(names.events, contactId)).toEqual(['0000000001', '0000000002']);
    expect(await ofContact(names.state, contactId)).toEqual(['0000000002']);
    for (const action of ['replay', 'discard']) {
      const again = await call('POST', `/api/dead-letters/${letter.id}/${action}`);
      expect([again.status, again.body.code]).toEqual([409, 'replayed']);
    }
    await isWhole();
  });

  it('is given up on Kafka when it is discarded; the change that takes the text away is as large, the next one is there', async () => {
    await limitRecords(admin, names.state, 20_000);
    const large = await person({ names: ['Wordy'], biographies: [{ value: LONG_TEXT }] });
    await sync();
    const letter = await only();
    expect(letter).toMatchObject({ refusedBy: 'kafka', topic: names.state });
    expect(await ofContact(names.events, letter.contactId)).toEqual(['0000000001']);
    const discarded = await call('POST', `/api/dead-letters/${letter.id}/discard`);
    expect([discarded.status, discarded.body]).toEqual([200, { ...letter, state: 'discarded' }]);
    await edit(large, { biographies: null });
    await sync();
    // It says what the text was.
    const { id } = await only();
    expect((await call('POST', `/api/dead-letters/${id}/discard`)).status).toBe(200);
    await edit(large, { nicknames: [{ value: 'Brief' }] });
    await sync();
    await waitFor(async () => (await ofContact(names.state, letter.contactId)).length > 0, {
      what: 'the state',
    });
    expect(await ofContact(names.state, letter.contactId)).toEqual(['0000000003']);
    expect(await ofContact(names.events, letter.contactId)).toEqual(
      ['1', '2', '3'].map((version) => version.padStart(10, '0')),
    );
    await isWhole();
  });

  it('is listed together with what the read model could not take, newest first, page by page', async () => {
    const before = await letters('');
    await produce(names.events, [{ key: 'nobody', value: 'no event', partition: 0 }]);
    const all = await waitFor(
      async () => {
        const found = await letters('');
        return found.length > before.length ? found : null;
      },
      { what: 'the dead letter' },
    );
    expect(all.map(({ refusedBy }) => refusedBy)).toEqual(['read-model', 'kafka', 'kafka', 'kafka']);
    const paged: Letter[] = [];
    let cursor = '';
    do {
      const { body } = await call('GET', `/api/dead-letters?limit=1${cursor}`);
      paged.push(...(body.items as Letter[]));
      cursor = body.nextCursor === null ? '' : `&cursor=${String(body.nextCursor)}`;
    } while (cursor !== '');
    expect(paged).toEqual(all);
  });
});
