import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LogTail, readLog } from '#event-store';
import fc from 'fast-check';

import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { silentLog } from '../support/contact-feed-recording-log.js';

/** Smaller than what is appended at once, so that readers fall behind what is in memory all the time. */
const SMALL = {
  most: { events: 5, bytes: 20_000 },
  page: { events: 3, bytes: 10_000, atOnce: 1 },
};

const step = fc.record({
  /** By one of two writers at a time. */
  appended: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }),
  /** How many batches the reader takes then, and where it goes on: at the same tail, at another one, or at a new one. */
  batches: fc.integer({ min: 0, max: 4 }),
  next: fc.constantFrom('same', 'other', 'new'),
});

describe('Readers of the tail of the log', () => {
  let log: LogDatabase;
  const tails: LogTail[] = [];
  beforeAll(async () => {
    log = await createLogDatabase();
    tails.push(begin(), begin());
  });
  afterAll(async () => {
    stopping.abort();
    await Promise.all(tails.map((tail) => tail.stop()));
    await log.close();
  });

  const stopping = new AbortController();
  /** Somebody reads there all the time, so that it holds the end of the log when others come. */
  const begin = (): LogTail => {
    const tail = new LogTail(log.em, log.notifications, silentLog, SMALL);
    tail.start();
    void (async () => {
      for await (const { position } of tail.read(0n, {}, stopping.signal))
        expect(position).toBeGreaterThan(0n);
    })();
    return tail;
  };

  it('are given each event once and in order, however far they are behind, and wherever they go on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (steps, isNarrowed) => {
          const account = randomUUID();
          const contacts = [account, randomUUID(), account, randomUUID()].map((id) => new ContactStream(id));
          const after = (await readLog(log.em.fork(), { limit: 1_000_000 })).at(-1)?.position ?? 0n;
          const selection = isNarrowed ? { accountId: account } : {};
          const told: bigint[] = [];
          let position = after;
          let which = 0;
          /** @param isEnough asked before each batch */
          const read = async (isEnough: () => boolean): Promise<void> => {
            const left = new AbortController();
            const late = setTimeout(() => {
              left.abort();
            }, 5_000);
            const tail = tails[which];
            if (tail === undefined || isEnough()) return;
            for await (const batch of tail.read(position, selection, left.signal)) {
              expect(batch.position).toBeGreaterThan(position);
              told.push(...batch.events.map((event) => event.position));
              ({ position } = batch);
              if (isEnough()) break;
            }
            clearTimeout(late);
          };
          let appended = 0;
          for (const { appended: counts, batches, next } of steps) {
            await Promise.all(
              counts.map((count, writer) =>
                append(
                  log.em,
                  Array.from({ length: count }, (_, index) =>
                    contacts[2 * (index % 2) + writer]?.updated(),
                  ).filter((event) => event !== undefined),
                ),
              ),
            );
            appended += counts.reduce((sum, count) => sum + count, 0);
            const end = (await readLog(log.em.fork(), { limit: 1_000_000 })).at(-1)?.position ?? 0n;
            let taken = 0;
            await read(() => taken++ >= batches || position >= end);
            if (next === 'other') which = 1 - which;
            if (next === 'new') {
              await tails[which]?.stop();
              tails[which] = begin();
            }
          }
          const expected = await readLog(log.em.fork(), { after, ...selection, limit: 1_000_000 });
          const end = (await readLog(log.em.fork(), { after, limit: 1_000_000 })).at(-1)?.position ?? after;
          await read(() => position >= end);
          expect(told).toEqual(expected.map((event) => event.position));
          expect(position).toBe(appended === 0 ? after : end);
        },
      ),
      { numRuns: 25 },
    );
  }, 240_000);
});
