import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readLog } from '#event-store';
import { boundSql } from '#platform';
import { UnsentEvents } from '#publishing';
import {
  ContactProjectionHandler,
  type LogReaders,
  RemoveDeletedDetailsCommand,
  RemoveDeletedDetailsHandler,
} from '#read-model';

import { RelayedEvents } from '../../apps/contact-sync/src/retention/relayed-events.js';
import {
  append,
  ContactStream,
  createLogDatabase,
  type LogDatabase,
  wholeLog,
} from '../support/contact-feed-log.js';

const RELAY = 'contacts.events';
const EVERYTHING_PASSED: LogReaders = { passed: () => Promise.resolve(() => true) };

describe('The details of a deleted contact stay', () => {
  let logDatabase: LogDatabase;
  let ada: ContactStream;
  let grace: ContactStream;
  beforeAll(async () => {
    logDatabase = await createLogDatabase();
  });
  afterAll(() => logDatabase.close());

  /** Two contacts that were deleted long ago; each has three events. */
  beforeEach(async () => {
    const { em } = logDatabase;
    await boundSql(
      em.fork(),
      'truncate events, contacts, projection_checkpoints, projection_rebuilds, relays, refused_records cascade',
    );
    [ada, grace] = [new ContactStream(), new ContactStream()];
    for (const stream of [ada, grace])
      await append(em, [stream.updated(), stream.updated(), stream.deleted()]);
  });

  /** The read model holds the log up to there. */
  const project = async (count: number): Promise<void> => {
    const records = (await wholeLog(logDatabase.em)).slice(0, count);
    const position = records.at(-1)?.position ?? 0n;
    const next = { source: 'log', partition: 0, offset: position, position };
    await new ContactProjectionHandler(logDatabase.em).prepare(records).apply({ previous: null, next });
  };
  const remove = (readers: LogReaders = EVERYTHING_PASSED, before = new Date()): Promise<number> =>
    new RemoveDeletedDetailsHandler(logDatabase.em, readers).execute(new RemoveDeletedDetailsCommand(before));
  const skeletonsOf = async ({ id }: ContactStream): Promise<boolean[]> =>
    (await readLog(logDatabase.em.fork(), { streamId: id, limit: 10 })).map(({ data }) => data === null);
  const run = (statement: string, parameters: unknown[] = []) =>
    boundSql(logDatabase.em.fork(), statement, parameters);
  const relayed = (): LogReaders => new RelayedEvents(new UnsentEvents(logDatabase.em, RELAY));
  const NONE = [false, false, false];
  const REMOVED = [true, true, false];

  it('until the read model holds the deletion', async () => {
    await project(5);
    expect(await remove()).toBe(1);
    expect([await skeletonsOf(ada), await skeletonsOf(grace)]).toEqual([REMOVED, NONE]);
  });

  it('once it came back, also where the read model does not know yet', async () => {
    await project(6);
    await append(logDatabase.em, [ada.updated()]);
    expect(await remove()).toBe(1);
    expect([await skeletonsOf(ada), await skeletonsOf(grace)]).toEqual([[...NONE, false], REMOVED]);
  });

  it('until Kafka has the deletion on both topics', async () => {
    await project(6);
    expect(await remove(relayed())).toBe(0);
    const [, , deletion] = await readLog(logDatabase.em.fork(), { streamId: ada.id, limit: 10 });
    await run('insert into relays (name, position, state_position) values ($1, 1000000, $2)', [
      RELAY,
      String((deletion?.position ?? 0n) - 1n),
    ]);
    expect(await remove(relayed())).toBe(0);
    await run('update relays set state_position = $1', [String(deletion?.position)]);
    expect(await remove(relayed())).toBe(1);
    expect([await skeletonsOf(ada), await skeletonsOf(grace)]).toEqual([REMOVED, NONE]);
  });

  it('while its events wait because Kafka refused one, which keeps no other from going', async () => {
    await project(6);
    await run('insert into relays (name, position, state_position) values ($1, 1000000, 1000000)', [RELAY]);
    await run(
      `insert into refused_records (relay, contact_id, events_position, error) values ($1, $2, 1, 'TOO_LARGE')`,
      [RELAY, ada.id],
    );
    expect(await remove(relayed())).toBe(1);
    expect([await skeletonsOf(ada), await skeletonsOf(grace)]).toEqual([NONE, REMOVED]);
    await run(`update refused_records set state = 'discarded'`);
    expect(await remove(relayed())).toBe(1);
    expect(await skeletonsOf(ada)).toEqual(REMOVED);
  });

  it('while a rebuild goes on, which may have read them already', async () => {
    await project(6);
    await run(`insert into projection_rebuilds (id, projection) values (gen_random_uuid(), 'contacts')`);
    expect(await remove()).toBe(0);
    await run(`update projection_rebuilds set state = 'failed', finished_at = now()`);
    expect(await remove()).toBe(2);
  });

  it('until its time is over, to the millisecond', async () => {
    await project(6);
    const [, , deletion] = await readLog(logDatabase.em.fork(), { streamId: ada.id, limit: 10 });
    const at = Date.parse(deletion?.occurredAt ?? '');
    expect(await remove(EVERYTHING_PASSED, new Date(at))).toBe(0);
    expect(await remove(EVERYTHING_PASSED, new Date(at + 1))).toBe(2);
    expect(await remove(EVERYTHING_PASSED, new Date(at + 1))).toBe(0);
  });
});
