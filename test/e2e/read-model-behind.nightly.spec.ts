import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { serviceEnvironment } from '../support/service-environment.js';
import { startService, startTestService, type TestService } from '../support/service.js';

const CONTACTS = 5;

/** Each answer waits ten seconds for a read model that does not come. */
describe('While nobody fills the read model', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ ROLES: 'api,scheduler' }, { persons: CONTACTS });
  });
  afterAll(() => service.stop());

  const sync = async (mode: string) => {
    const { status, body } = await service.api('POST', `/api/sync/${mode}`);
    return [status, body.statistics.created, body.run.readModelCaughtUp] as unknown[];
  };

  it('a sync that found nothing says so, until the events of earlier ones are there', async () => {
    expect(await sync('full')).toEqual([200, CONTACTS, false]);
    expect(await sync('incremental')).toEqual([200, 0, false]);

    const projector = await startService({
      ...serviceEnvironment(service.database, service.google),
      ROLES: 'projector',
    });
    try {
      expect(await sync('incremental')).toEqual([200, 0, true]);
      expect((await service.api('GET', '/api/contacts')).body.items).toHaveLength(CONTACTS);
    } finally {
      await projector.stop();
    }
  });

  it('an account without events lacks none', async () => {
    const empty = await startTestService({ ROLES: 'api,scheduler' });
    try {
      expect((await empty.api('POST', '/api/sync')).body.run.readModelCaughtUp).toBe(true);
    } finally {
      await empty.stop();
    }
  });
});
