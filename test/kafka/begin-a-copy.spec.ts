import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { ContactStream } from '../support/contact-feed-log.js';
import { CopiedService } from '../support/copied-service.js';
import { describeKafka, testBrokers } from '../support/kafka.js';

/** begin-a-copy.nightly.spec.ts has the other schedules. */
describeKafka('A copy of all contacts, begun while contacts.state is behind contacts.events,', () => {
  let service: CopiedService;
  beforeAll(async () => {
    service = await CopiedService.start(testBrokers());
  });
  afterAll(() => service.stop());

  it('equals REST once contacts.state holds what contacts.events held, and does not if it is read before', async () => {
    const [changed, gone] = [new ContactStream(), new ContactStream()];
    await service.change(changed.updated(), gone.updated());
    await service.caughtUp();
    await service.takenBy('events', () => service.change(changed.updated(), gone.deleted()));
    const [copy, hasty] = [service.copy(), service.copy()];
    const from = await copy.ends('events');
    const logEnd = await copy.logEnd();

    await hasty.readState();
    await service.accept('state');
    await copy.stateHolds(logEnd);
    await copy.readState();
    await service.caughtUp();
    for (const one of [copy, hasty]) await one.follow(from);

    expect(copy.living()).toEqual(await service.shown());
    expect(hasty.living()).not.toEqual(await service.shown());
  });
});
