import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ContactEvent } from '#contact';
import { type ContactRecord, type ContactView, foldContact } from '#contact-events';
import {
  BatchRefused,
  ContactQueries,
  type FeedCheckpoint,
  CheckpointMoved,
  ContactProjectionHandler,
} from '#read-model';
import { boundSql } from '#platform';

import { shownContact, shownList } from '../support/shown-contacts.js';
import { ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';

describe('The projection of contacts', () => {
  let logDatabase: LogDatabase;
  let projection: ContactProjectionHandler;
  let queries: ContactQueries;
  let source: string;
  let checkpoint: FeedCheckpoint | null;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    projection = new ContactProjectionHandler(logDatabase.em);
    queries = new ContactQueries(logDatabase.em);
  });

  afterAll(() => logDatabase.close());

  beforeEach(() => {
    source = `source ${randomUUID()}`;
    checkpoint = null;
  });

  const records = (events: readonly ContactEvent[]): ContactRecord[] =>
    events.map((event, index) => ({ position: BigInt(index + 1), event }));

  const after = (offset: bigint): FeedCheckpoint => ({ source, partition: 0, offset, position: offset });

  const apply = async (...events: ContactEvent[]): Promise<void> => {
    const next = after((checkpoint?.offset ?? 0n) + BigInt(events.length));
    await projection.prepare(records(events)).apply({ previous: checkpoint, next });
    checkpoint = next;
  };

  const fold = (events: readonly ContactEvent[]): ContactView | null =>
    events.reduce<ContactView | null>(foldContact, null);

  it('shows a contact as a fold of its events gives it', async () => {
    const stream = new ContactStream();
    const events = [stream.updated(), stream.updated({ displayName: 'Augusta Ada King' }), stream.deleted()];
    for (const event of events) await apply(event);
    expect(await shownContact(queries, stream.id)).toEqual(fold(events));
  });

  it('takes several events of one contact in a batch', async () => {
    const stream = new ContactStream();
    const events = [stream.updated(), stream.deleted(), stream.updated({ displayName: 'Back' })];
    await apply(...events);
    expect(await shownContact(queries, stream.id)).toEqual(fold(events));
  });

  it('deletes, and restores, a contact that earlier batches brought', async () => {
    const stream = new ContactStream();
    const events = [stream.updated(), stream.deleted()];
    for (const event of events) await apply(event);
    expect(await shownContact(queries, stream.id)).toMatchObject({
      deleted: true,
      deletedReason: 'deleted-in-google',
      displayName: 'Ada Lovelace',
    });
    await apply(stream.updated());
    expect(await shownContact(queries, stream.id)).toMatchObject({
      deleted: false,
      deletedAt: null,
      version: 3,
    });
  });

  it('is not changed by events that come again', async () => {
    const stream = new ContactStream();
    const events = [stream.updated(), stream.updated({ displayName: 'Second' }), stream.deleted()];
    await apply(...events);
    const before = await shownContact(queries, stream.id);
    await apply(...events);
    for (const event of events) await apply(event);
    expect(await shownContact(queries, stream.id)).toEqual(before);
  });

  it('is not changed by an older version after a newer one', async () => {
    const stream = new ContactStream();
    const [first, second] = [stream.updated(), stream.updated({ displayName: 'Second' })];
    await apply(second);
    await apply(first);
    expect(await shownContact(queries, stream.id)).toMatchObject({ displayName: 'Second', version: 2 });
  });

  it('takes a batch whose versions are out of order', async () => {
    const stream = new ContactStream();
    const [first, second] = [stream.updated(), stream.updated({ displayName: 'Second' })];
    await apply(second, first);
    expect(await shownContact(queries, stream.id)).toMatchObject({ displayName: 'Second', version: 2 });
  });

  it('shows no details of a contact of which only the deletion comes, and nothing older after it', async () => {
    const stream = new ContactStream();
    const first = stream.updated();
    await apply(stream.deleted());
    const deleted = { deleted: true, version: 2, displayName: '' };
    expect(await shownContact(queries, stream.id)).toMatchObject(deleted);
    await apply(first);
    expect(await shownContact(queries, stream.id)).toMatchObject(deleted);
    const listed = await shownList(queries, {
      limit: 500,
      accountId: stream.accountId,
      includeDeleted: true,
    });
    expect(listed.items).toMatchObject([deleted]);
    await apply(stream.updated({ displayName: 'Restored' }));
    expect(await shownContact(queries, stream.id)).toMatchObject({ displayName: 'Restored', version: 3 });
  });

  it('lets one of two owners with the same checkpoint apply, the other nothing', async () => {
    const [mine, theirs] = [new ContactStream(), new ContactStream()];
    await apply(new ContactStream().updated());
    const outcomes = await Promise.allSettled(
      [mine, theirs].map((stream) =>
        new ContactProjectionHandler(logDatabase.em)
          .prepare(records([stream.updated()]))
          .apply({ previous: checkpoint, next: after(5n) }),
      ),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.map(({ reason }) => reason as unknown)).toEqual([expect.any(CheckpointMoved)]);
    const shown = await Promise.all([queries.get(mine.id), queries.get(theirs.id)]);
    expect(shown.filter((view) => view !== null)).toHaveLength(1);
  });

  it('lets one of two first owners apply, the other nothing', async () => {
    const outcomes = await Promise.allSettled(
      [1, 2].map(() => projection.prepare([]).apply({ previous: null, next: after(1n) })),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('stores nothing of a batch that it refuses, its checkpoint neither', async () => {
    const [good, bad] = [new ContactStream(), new ContactStream()];
    const unstorable = bad.updated({ updatedAt: '0000-01-01T00:00:00.000Z' });
    await expect(apply(good.updated(), unstorable)).rejects.toThrow(BatchRefused);
    expect(await queries.get(good.id)).toBeNull();
    expect(await projection.checkpointsOf(source)).toEqual([]);
  });

  it('keeps a contact whose text PostgreSQL could not hold', async () => {
    const stream = new ContactStream();
    await apply(stream.updated({ displayName: 'Nul\u0000l \ud800', biography: 'a \\u0000 spelled out' }));
    expect(await shownContact(queries, stream.id)).toMatchObject({
      displayName: 'Null \ufffd',
      biography: 'a \\u0000 spelled out',
    });
  });

  it('keeps a contact whose name is longer than an index entry', async () => {
    const stream = new ContactStream();
    const displayName = Array.from({ length: 20_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
    ).join('');
    await apply(stream.updated({ displayName }));
    expect((await shownContact(queries, stream.id))?.displayName).toBe(displayName);
  });

  it('tells its checkpoint in each partition of a source', async () => {
    await projection.prepare([]).apply({ previous: null, next: after(7n) });
    await projection.prepare([]).apply({ previous: null, next: { ...after(3n), partition: 2 } });
    expect(await projection.checkpointsOf(source)).toEqual([after(7n), { ...after(3n), partition: 2 }]);
  });

  it('gives a row no more writes than one for a batch', async () => {
    const stream = new ContactStream();
    await apply(...Array.from({ length: 100 }, () => stream.updated()));
    const [row] = await boundSql<{ version: string }>(
      logDatabase.em.fork(),
      'select version from contacts where id = $1',
      [stream.id],
    );
    expect(row?.version).toBe('100');
  });
});
