import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { describeOwnKafka } from '../support/own-kafka.js';
import { ThreeBrokers } from '../support/three-brokers.js';
import { waitFor } from '../support/wait-for.js';

describeOwnKafka('Three brokers, two of which must have what is acknowledged', () => {
  let brokers: ThreeBrokers;
  beforeAll(async () => {
    brokers = await ThreeBrokers.start();
  }, 120_000);
  afterAll(() => brokers.stop());

  it('take nothing while two are away, and all of it when these are back', async () => {
    const { service, mortal } = brokers;
    await brokers.allInSync();
    await service.changeDuring(async () => {
      await Promise.all(mortal.map((broker) => broker.kill()));
      await waitFor(() => service.lines('fewer in-sync replicas than required').length > 0, {
        what: 'the last broker to refuse',
        timeoutMs: 60_000,
      });
    });
    await service.isOut(true);
    expect((await service.status()).relayLag.events).toBeGreaterThan(0);
    await Promise.all(mortal.map((broker) => broker.start()));
    await service.caughtUp();
    await service.isOut(false);
    expect(await service.faults()).toEqual([]);
  }, 240_000);
});
