import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ContactProjectionHandler,
  ContactQueries,
  PhoneLookup,
  Rebuilds,
  RebuildWorker,
  RequestRebuildHandler,
} from '#read-model';
import { boundSql } from '#platform';

import {
  append,
  ContactStream,
  createLogDatabase,
  type LogDatabase,
  wholeLog,
} from '../support/contact-feed-log.js';
import { recordingLog, silentLog } from '../support/contact-feed-recording-log.js';
import { shownList } from '../support/shown-contacts.js';
import { waitFor } from '../support/wait-for.js';

describe('A read model whose rows another version made', () => {
  let logDatabase: LogDatabase;
  let rebuilds: Rebuilds;
  let worker: RebuildWorker | null = null;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    rebuilds = new Rebuilds(logDatabase.em);
  });
  afterAll(() => logDatabase.close());

  /** As an older version left it: other texts, no keys of phone numbers, and no word of rules. */
  beforeEach(async () => {
    const { em } = logDatabase;
    await sql('truncate events, contacts, projection_checkpoints, projection_rebuilds, leases');
    const phoneNumbers = [
      { value: '0172 5550199', canonicalForm: '+491725550199', type: null, primary: true },
    ];
    const position = await append(em, [new ContactStream().updated({ displayName: 'Иванов', phoneNumbers })]);
    await new ContactProjectionHandler(em)
      .prepare(await wholeLog(em))
      .apply({ previous: null, next: { source: 'log', partition: 0, offset: position, position } });
    await sql(`update contacts set search_text = 'old', phone_keys = null`);
    await sql('comment on table contacts is null');
  });
  afterEach(async () => {
    await worker?.stop();
    worker = null;
  });

  const sql = <T>(statement: string) => boundSql<T & object>(logDatabase.em.fork(), statement);
  const start = (logger = silentLog): void => {
    const { em, notifications } = logDatabase;
    const readModel = { position: () => Promise.resolve(1n) };
    worker = new RebuildWorker({ em, readModel, logger, lockTimeoutMs: 20_000 }, notifications, 'test');
    worker.start();
  };
  const rebuildsSoFar = async (): Promise<number> =>
    Number((await sql<{ count: string }>('select count(*) as count from projection_rebuilds'))[0]?.count);
  const rebuilt = () =>
    waitFor(async () => (await rebuilds.latest()).last?.state === 'succeeded', {
      what: 'the end of the rebuild',
    });
  const found = async (q: string): Promise<number> =>
    (await shownList(new ContactQueries(logDatabase.em), { q, limit: 10 })).items.length;

  it('is made anew by the first start, and by no other', async () => {
    expect(await found('ivanov')).toBe(0);

    start();
    await rebuilt();

    expect(await found('ivanov')).toBe(1);
    await worker?.stop();
    const log = recordingLog();
    start(log);
    // A worker looks at the rules before it takes the rebuild that somebody asks for.
    await new RequestRebuildHandler(logDatabase.em).execute();
    await waitFor(async () => (await rebuilds.latest()).going === null, { what: 'the end of the rebuild' });
    expect(await rebuildsSoFar()).toBe(2);
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('shows no contact of which an older version knew nothing but its deletion', async () => {
    const contacts = new ContactQueries(logDatabase.em);
    const [row] = await sql<{ id: string }>('select id from contacts');
    const id = row?.id ?? '';
    expect(await contacts.get(id)).toMatchObject({ document: expect.stringContaining('Иванов') });

    await sql('update contacts set document = null, deleted = true');
    expect(await contacts.get(id)).toBeNull();
  });

  it('says that it cannot look up numbers, rather than that nobody has one', async () => {
    const lookup = new PhoneLookup(logDatabase.em);
    await expect(lookup.find({ phone: '+491725550199' })).rejects.toMatchObject({
      code: 'read-model-behind',
    });

    start();
    await rebuilt();

    expect(await lookup.find({ phone: '+491725550199' })).toMatchObject([{ match: 'exact' }]);
  });

  it('takes a rebuild that another version has begun from its beginning', async () => {
    await sql(`insert into projection_rebuilds (id, projection, state, started_at)
               values (gen_random_uuid(), 'contacts', 'filling', now())`);
    await sql(
      `insert into leases (name, owner, fencing_token, expires_at) values ('rebuild contacts', 'old', 1, now())`,
    );
    await sql('create table contacts_rebuild (id uuid primary key)');
    await sql(`insert into projection_checkpoints (projection, source, partition, next_offset, position)
               values ('contacts-rebuild', 'log', 0, 1, 1)`);

    start();
    await rebuilt();

    expect(await found('ivanov')).toBe(1);
    expect(await rebuildsSoFar()).toBe(1);
  });
});

describe('A read model without rows', () => {
  it('is of the rules in force, and is not made anew', async () => {
    const { em, close } = await createLogDatabase();
    const lookup = new PhoneLookup(em);
    expect(await lookup.find({ phone: '+491725550199' })).toEqual([]);
    await close();
  });
});
