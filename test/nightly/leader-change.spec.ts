import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { describeOwnKafka } from '../support/own-kafka.js';
import { ThreeBrokers } from '../support/three-brokers.js';

describeOwnKafka('Three brokers of which one leads partitions and is killed', () => {
  let brokers: ThreeBrokers;
  beforeAll(async () => {
    brokers = await ThreeBrokers.start();
  }, 120_000);
  afterAll(() => brokers.stop());

  it('lose no event and no order, though they are written to and read from meanwhile', async () => {
    const { service } = brokers;
    await brokers.allInSync();
    const killed = await brokers.leader();
    await service.changeDuring(async () => {
      await service.publishesOn();
      await killed.kill();
      // What is appended now can only be published by another leader.
      await service.publishesOn();
    });
    await killed.start();
    await brokers.allInSync();
    await service.caughtUp();
    await service.isOut(false);
    expect(await service.faults()).toEqual([]);
  }, 120_000);
});
