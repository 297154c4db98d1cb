import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ContactEvent } from '#contact';
import {
  type FeedCheckpoint,
  ContactCounts,
  ContactProjectionHandler,
  forgetContacts,
  LogFeedGauge,
  ReadModelPosition,
  Rebuilds,
  RebuildWorker,
  RequestRebuildHandler,
} from '#read-model';
import { boundSql } from '#platform';
import fc from 'fast-check';

import { append, ContactStream, createLogDatabase, type LogDatabase } from '../support/contact-feed-log.js';
import { silentLog } from '../support/contact-feed-recording-log.js';
import { waitFor } from '../support/wait-for.js';

describe('The count of live contacts', () => {
  let logDatabase: LogDatabase;
  let projection: ContactProjectionHandler;
  let counts: ContactCounts;

  beforeAll(async () => {
    logDatabase = await createLogDatabase();
    projection = new ContactProjectionHandler(logDatabase.em);
    counts = new ContactCounts(logDatabase.em);
  });
  afterAll(() => logDatabase.close());
  beforeEach(async () => {
    await boundSql(logDatabase.em.fork(), 'truncate events, contacts, projection_checkpoints');
  });

  /** One partition of a topic, applied in order. */
  const partition = (source = `source ${randomUUID()}`) => {
    let checkpoint: FeedCheckpoint | null = null;
    return async (events: readonly ContactEvent[]): Promise<void> => {
      const offset = (checkpoint?.offset ?? 0n) + BigInt(events.length);
      const next = { source, partition: 0, offset, position: offset };
      const records = events.map((event, index) => ({ position: BigInt(index + 1), event }));
      await projection.prepare(records).apply({ previous: checkpoint, next });
      checkpoint = next;
    };
  };
  const stored = () =>
    boundSql<{ account_id: string; live: string }>(
      logDatabase.em.fork(),
      `select account_id, live from contact_counts where table_name = 'contacts' order by account_id`,
    );
  const counted = () =>
    boundSql<{ account_id: string; live: string }>(
      logDatabase.em.fork(),
      `select account_id, count(*) as live from contacts where not deleted group by account_id order by account_id`,
    );

  it('follows contacts that come, change, go and come back', async () => {
    const [ada, bo] = [new ContactStream(), new ContactStream()];
    const apply = partition();
    const live = async () => [await counts.of(ada.accountId), await counts.of(bo.accountId)];

    await apply([ada.updated(), bo.updated()]);
    expect(await live()).toEqual([1, 1]);
    await apply([ada.updated({ displayName: 'Augusta' }), bo.deleted()]);
    expect(await live()).toEqual([1, 0]);
    await apply([bo.updated()]);
    expect(await live()).toEqual([1, 1]);
    await forgetContacts(logDatabase.em.fork(), [bo.id]);
    expect(await live()).toEqual([1, 0]);
  });

  it('is what the rows say, whatever several writers do to the same accounts at once', async () => {
    const batch = fc.array(
      fc.record({ contact: fc.nat(5), account: fc.nat(2), event: fc.constantFrom('updated', 'deleted') }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(batch, { maxLength: 4 }), { minLength: 2, maxLength: 3 }),
        async (writers) => {
          const accounts = [randomUUID(), randomUUID(), randomUUID()];
          await Promise.all(
            writers.map(async (batches) => {
              const streams = new Map<string, ContactStream>();
              const apply = partition();
              for (const changes of batches) {
                const events = changes.map(({ contact, account, event }) => {
                  const key = `${account}/${contact}`;
                  const stream = streams.get(key) ?? new ContactStream(accounts[account]);
                  streams.set(key, stream);
                  return event === 'deleted' && stream.version > 0 ? stream.deleted() : stream.updated();
                });
                await apply(events);
              }
            }),
          );
          expect(await stored()).toEqual(await counted());
        },
      ),
      { numRuns: 25 },
    );
  });

  it('goes with the table that a rebuild puts in the place of another', async () => {
    const { em, notifications } = logDatabase;
    const [ada, bo, cy] = [new ContactStream(), new ContactStream(), new ContactStream()];
    await append(em, [ada.updated(), bo.updated(), cy.updated(), ada.deleted()]);
    const rebuilds = new Rebuilds(em);
    const readModel = new ReadModelPosition(em, new LogFeedGauge(em), notifications);
    const worker = new RebuildWorker({ em, readModel, logger: silentLog }, notifications, 'test');
    worker.start();
    try {
      await new RequestRebuildHandler(em).execute();
      await waitFor(async () => (await rebuilds.latest()).last?.state === 'succeeded', {
        what: 'the end of the rebuild',
      });
    } finally {
      await worker.stop();
    }
    expect(await stored()).toHaveLength(2);
    expect(await stored()).toEqual(await counted());

    await partition()([bo.deleted()]);
    expect(await stored()).toHaveLength(1);
    expect(await stored()).toEqual(await counted());
  });
});
