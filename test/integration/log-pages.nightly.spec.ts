import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readLog, readPage, removeAccountData, type StoredEvent } from '#event-store';
import { boundSql } from '#platform';
import { ContactHistory, MaskedHistory } from '#read-model';

import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';

/** More than all that a test appends. */
const PLENTY = 100_000_000;

describe('A page of the log', () => {
  let logDatabase: LogDatabase;
  let ada: ContactStream;
  let ben: ContactStream;
  beforeAll(async () => {
    logDatabase = await createLogDatabase();
  });
  afterAll(() => logDatabase.close());
  beforeEach(async () => {
    await boundSql(logDatabase.em.fork(), 'truncate events');
    [ada, ben] = [new ContactStream(), new ContactStream()];
    const biography = (length: number): { biography: string } => ({ biography: 'é'.repeat(length) });
    await append(logDatabase.em, [
      ada.updated(),
      ben.updated(biography(5_000)),
      ada.updated(biography(5_000)),
      ben.deleted(),
      ada.updated(biography(10)),
      ada.deleted(),
    ]);
  });

  const whole = () => readLog(logDatabase.em.fork(), { limit: 100 });
  const page = (selection: Partial<Parameters<typeof readPage>[1]>) =>
    readPage(logDatabase.em.fork(), { limit: 100, bytes: PLENTY, ...selection });
  const positions = (events: readonly StoredEvent[]): bigint[] => events.map(({ position }) => position);
  const bytesOf = (event?: StoredEvent): number => Buffer.byteLength(event?.data ?? '');

  it('holds what the log holds, event by event', async () => {
    expect(await page({})).toEqual({ events: await whole(), hasMore: false });
  });

  it.each([1, 2, 3, 5, 6, 7])('ends after %i events, and says whether there are more', async (limit) => {
    const all = await whole();
    expect(await page({ limit })).toEqual({ events: all.slice(0, limit), hasMore: limit < all.length });
  });

  it('ends before the event that would exceed its size, to the byte, and holds one at least', async () => {
    const all = await whole();
    const sizes = all.map(bytesOf);
    for (const count of [1, 2, 3, 4, 5]) {
      const bytes = sizes.slice(0, count).reduce((sum, size) => sum + size);
      const exact = await page({ bytes });
      expect(positions(exact.events)).toEqual(positions(all.slice(0, count)));
      expect(exact.hasMore).toBe(true);
      const short = await page({ bytes: bytes - 1 });
      expect(positions(short.events)).toEqual(positions(all.slice(0, Math.max(1, count - 1))));
      expect(short.hasMore).toBe(true);
    }
    const last = await page({ after: all[4]?.position, bytes: 1 });
    expect([positions(last.events), last.hasMore]).toEqual([positions(all.slice(5)), false]);
  });

  it('is read backwards too: of the log ahead of a position, and of a stream ahead of a version', async () => {
    const all = await whole();
    const [, second, third, , , last] = all;
    expect((await page({ isBackwards: true })).events).toEqual(all.toReversed());
    const ahead = await page({ isBackwards: true, before: last?.position, limit: 2 });
    expect([positions(ahead.events), ahead.hasMore]).toEqual([
      positions([all[4], all[3]].flatMap((one) => one ?? [])),
      true,
    ]);
    const between = await page({ isBackwards: true, before: third?.position, after: all[0]?.position });
    expect([between.events, between.hasMore]).toEqual([[second], false]);
    const cut = await page({ isBackwards: true, bytes: bytesOf(last) });
    expect([cut.events, cut.hasMore]).toEqual([[last], true]);
    const versions = async (selection: object) =>
      (await page({ isBackwards: true, streamId: ada.id, ...selection })).events.map(
        ({ version }) => version,
      );
    expect(await versions({})).toEqual([4, 3, 2, 1]);
    expect(await versions({ beforeVersion: 3 })).toEqual([2, 1]);
    expect(await versions({ beforeVersion: 4, limit: 1 })).toEqual([3]);
  });

  it.each([
    [
      'of an account',
      () => ({ accountId: ada.accountId }),
      ({ accountId }: StoredEvent) => accountId === ada.accountId,
    ],
    ['of a contact', () => ({ streamId: ben.id }), ({ streamId }: StoredEvent) => streamId === ben.id],
    ['of a type', () => ({ type: 'ContactDeleted' }), ({ type }: StoredEvent) => type === 'ContactDeleted'],
    [
      'of a contact and a type',
      () => ({ streamId: ada.id, type: 'ContactUpdated' }),
      ({ streamId, type }: StoredEvent) => streamId === ada.id && type === 'ContactUpdated',
    ],
  ])('comes to every event %s, page by page', async (_, selection, isOfIt) => {
    const expected = positions((await whole()).filter(isOfIt));
    const seen: bigint[] = [];
    for (let after = 0n, hasMore = true; hasMore;) {
      const next = await page({ ...selection(), after, limit: 1 });
      seen.push(...positions(next.events));
      after = next.events.at(-1)?.position ?? 0n;
      hasMore = next.hasMore;
    }
    expect(seen).toEqual(expected);
  });

  it('is empty where there is nothing', async () => {
    expect(await page({ after: 1_000_000n })).toEqual({ events: [], hasMore: false });
  });

  it('reads of the data no more than it is told to, also of a skeleton', async () => {
    await removeAccountData(logDatabase.em.fork(), { accountId: ben.accountId, after: 0n, limit: 100 });
    const { events } = await page({ members: ['change', 'contact.updatedAt', 'reason'] });
    expect(events.map(({ data }) => (data === null ? null : (JSON.parse(data) as object)))).toEqual([
      { change: 'created', 'contact.updatedAt': '2026-01-02T03:04:05.000Z', reason: null },
      null,
      { change: 'updated', 'contact.updatedAt': '2026-01-02T03:04:05.000Z', reason: null },
      null,
      { change: 'updated', 'contact.updatedAt': '2026-01-02T03:04:05.000Z', reason: null },
      { change: null, 'contact.updatedAt': null, reason: 'deleted-in-google' },
    ]);
  });

  describe('of a contact’s history', () => {
    const LARGE = 'x'.repeat(1_500_000);
    let cut: ContactStream;
    beforeEach(async () => {
      cut = new ContactStream();
      const events = ['a', 'b', 'c', 'd', 'e'].map((text) =>
        cut.updated({ displayName: text, biography: `${LARGE}${text}` }),
      );
      await append(logDatabase.em, [...events, cut.deleted(), cut.updated({ displayName: 'back' })]);
    });

    interface Item {
      readonly version: number;
      readonly before: { readonly displayName: string } | null;
    }
    const pages = async (
      limit: number,
      contactId = cut.id,
      sort: 'version' | '-version' = 'version',
    ): Promise<Item[][]> => {
      const history = new ContactHistory(logDatabase.em);
      const found: Item[][] = [];
      for (let cursor: string | undefined; ;) {
        const next = await history.of(contactId, { limit, cursor, sort });
        if (next === null) throw new Error('There is no such contact');
        expect(Buffer.byteLength(next.items.join(','))).toBeLessThan(4_000_000);
        found.push(next.items.map((item) => JSON.parse(item) as Item));
        if (next.nextCursor === null) return found;
        cursor = next.nextCursor;
      }
    };

    it('is 4 MB at most, and goes on right behind the cut with what was before', async () => {
      const found = await pages(500);
      expect(found.length).toBeGreaterThan(2);
      const items = found.flat();
      expect(items.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      // Of the last one, an update of the deleted contact, too.
      const before = [undefined, 'a', 'b', 'c', 'd', 'e', 'e'];
      expect(items.map((item) => item.before?.displayName)).toEqual(before);
    });

    it.each([1, 2, 3])('is the same in pages of %i', async (limit) => {
      expect((await pages(limit, ada.id)).flat()).toEqual((await pages(500, ada.id)).flat());
    });

    it.each([1, 2, 3, 500])('is the same from its newest end, in pages of %i', async (limit) => {
      const [whole, ofAda] = [(await pages(500)).flat(), (await pages(500, ada.id)).flat()];
      expect((await pages(limit, cut.id, '-version')).flat()).toEqual(whole.toReversed());
      expect((await pages(limit, ada.id, '-version')).flat()).toEqual(ofAda.toReversed());
      const masked = await new MaskedHistory(logDatabase.em).of(ada.id, { limit: 2, sort: '-version' });
      expect(masked?.items.map((item) => (JSON.parse(item) as Item).version)).toEqual([4, 3]);
    });

    it('goes on in the order in which it began', async () => {
      const history = new ContactHistory(logDatabase.em);
      for (const [sort, other] of [
        ['version', '-version'],
        ['-version', 'version'],
      ] as const) {
        const cursor = (await history.of(ada.id, { limit: 1, sort }))?.nextCursor ?? undefined;
        await expect(history.of(ada.id, { limit: 1, sort: other, cursor })).rejects.toMatchObject({
          code: 'invalid-cursor',
        });
      }
    });

    it('is at any time what it is without pages: the contact as it was', async () => {
      const history = new ContactHistory(logDatabase.em);
      const at = async (seconds: number) =>
        (await history.asOf(cut.id, new Date(Date.UTC(2026, 1, 1) + seconds * 1_000)))?.document;
      expect(await at(0)).toBeUndefined();
      for (const [seconds, version, displayName] of [
        [3, 3, 'c'],
        [6, 6, 'e'],
        [7, 7, 'back'],
      ] as const) {
        expect(JSON.parse((await at(seconds)) ?? '')).toMatchObject({ version, displayName });
      }
    });

    it('has the same versions masked, and no value', async () => {
      const page = await new MaskedHistory(logDatabase.em).of(cut.id, { limit: 500 });
      const items = page?.items.join() ?? '';
      expect(items).not.toMatch(/xxx|back/);
    });
  });
});
