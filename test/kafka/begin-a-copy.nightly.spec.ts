import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';

import { readTopic } from '../support/contact-feed-kafka.js';
import { ContactStream } from '../support/contact-feed-log.js';
import { type ContactsCopy, type Offsets } from '../support/contacts-copy.js';
import { CopiedService } from '../support/copied-service.js';
import { describeKafka, testBrokers } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';

/** Compacts as soon as Kafka looks, every 15 seconds, and keeps no tombstone after that. */
const NO_TOMBSTONES = {
  'segment.ms': '100',
  'min.cleanable.dirty.ratio': '0.001',
  'max.compaction.lag.ms': '1000',
  'delete.retention.ms': '1',
};
const LASTS_MS = 240_000;

/**
 * The steps of docs/consuming.md#how-to-begin. Beside the order of the guide each schedule plays one that is wrong, and
 * that has to come to another end: else the schedule is not bad enough to show anything.
 */
describeKafka('A copy of all contacts equals REST', () => {
  let service: CopiedService;
  let copy: ContactsCopy;
  let wrong: ContactsCopy;
  let changed: ContactStream;
  let gone: ContactStream;
  let back: ContactStream;

  beforeAll(async () => {
    service = await CopiedService.start(testBrokers());
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    [changed, gone, back] = [new ContactStream(), new ContactStream(), new ContactStream()];
    await service.change(changed.updated(), gone.updated(), back.updated());
    await service.change(back.deleted());
    await service.caughtUp();
    [copy, wrong] = [service.copy(), service.copy()];
  });

  const change = () => service.change(changed.updated(), gone.deleted(), back.updated());
  const compare = async (from: Offsets, wrongFrom: Offsets = from): Promise<void> => {
    await service.caughtUp();
    await copy.follow(from);
    await wrong.follow(wrongFrom);
    expect(copy.living()).toEqual(await service.shown());
    expect(wrong.living()).not.toEqual(await service.shown());
  };

  it(
    'when the service is killed between its two sends; not without waiting for the one after it',
    async () => {
      await service.takenBy('events', change);
      await service.kill();
      const sent = await service.end('events');
      await service.startAgain();
      await waitFor(async () => (await service.end('events')) > sent, {
        what: 'the next process to send it again',
        timeoutMs: 60_000,
      });
      const from = await copy.ends('events');
      const logEnd = await copy.logEnd();
      await wrong.readState();
      await service.accept('state');
      await copy.stateHolds(logEnd);
      await copy.readState();
      await compare(from);
    },
    LASTS_MS,
  );

  it(
    'when contacts.state is made anew; not if one waits for `published`',
    async () => {
      await service.kill();
      await service.makeStateAnew();
      await service.startAgain();
      await waitFor(async () => (await service.positions()).publishedState === '0', {
        what: 'the service to notice',
        timeoutMs: 60_000,
      });
      const from = await copy.ends('events');
      const logEnd = await copy.logEnd();
      expect((await service.positions()).published).toBe(String(logEnd));
      await wrong.readState();
      await service.accept('state');
      await copy.stateHolds(logEnd);
      await copy.readState();
      await compare(from);
    },
    LASTS_MS,
  );

  it(
    'when contacts.state is ahead of contacts.events; not if `logEnd` is asked for before the offsets',
    async () => {
      const earlyLogEnd = await wrong.logEnd();
      const from = await copy.ends('events');
      await copy.stateHolds(await copy.logEnd());
      await service.takenBy('state', change);
      await copy.readState();
      await service.accept('events');
      await service.caughtUp();

      await service.takenBy('events', () => service.change(changed.updated()));
      const wrongFrom = await wrong.ends('events');
      await wrong.stateHolds(earlyLogEnd);
      await wrong.readState();
      await service.accept('state');
      await compare(from, wrongFrom);
    },
    LASTS_MS,
  );

  it(
    'when contacts change while it is read; not if the offsets are noted afterwards',
    async () => {
      const from = await copy.ends('events');
      await copy.stateHolds(await copy.logEnd());
      await copy.readState();
      await wrong.readState();
      await change();
      await service.caughtUp();
      await compare(from, await wrong.ends('events'));
    },
    LASTS_MS,
  );

  it(
    'when tombstones go while it is read; not if what took too long is kept',
    async () => {
      await service.change(changed.deleted());
      await service.caughtUp();
      const from = await copy.ends('events');
      await copy.stateHolds(await copy.logEnd());
      // Slow readers: what comes after the first records is compacted before they go on.
      const [tombstone] = await tombstonesOf(changed);
      for (const one of [copy, wrong]) await one.read('state', NOWHERE, new Map([[0, tombstone]]));
      await service.change(gone.deleted());
      await service.set('state', NO_TOMBSTONES);
      await waitFor(
        async () => {
          await service.change();
          return (await recordsOf(changed)).length === 0 && (await recordsOf(gone)).length === 0;
        },
        { what: 'the tombstones to go', timeoutMs: 180_000, everyMs: 500 },
      );
      for (const one of [copy, wrong])
        await one.read('state', new Map([[0, tombstone]]), await one.ends('state'));
      // It took longer than half of delete.retention.ms, so it is begun anew.
      copy.empty();
      await service.set('state', { 'delete.retention.ms': '86400000' });
      const again = await copy.ends('events');
      await copy.stateHolds(await copy.logEnd());
      await copy.readState();
      await compare(again, from);
      // What was deleted after the offsets were noted came with the events.
      expect(wrong.living().filter((line) => line.startsWith(gone.id))).toEqual([]);
      expect(wrong.living().filter((line) => line.startsWith(changed.id))).toHaveLength(1);
    },
    LASTS_MS,
  );

  const recordsOf = async ({ id }: ContactStream) =>
    (await readTopic(service.names.state, testBrokers())).filter(({ key }) => key === id);
  const tombstonesOf = async (stream: ContactStream): Promise<[bigint]> => {
    const offset = (await recordsOf(stream)).find(({ value }) => value === null)?.offset;
    if (offset === undefined) throw new Error('There is no tombstone');
    return [offset];
  };
});

const NOWHERE: Offsets = new Map();
