import { describe, expect, it } from '@jest/globals';

import { startTestService } from '../support/service.js';
import { changedGoogle, type LoggedRequest } from './changed-google.js';

describe('Retry-After is obeyed:', () => {
  const google = changedGoogle();

  const waited = async (retryAfter: string | number): Promise<number> => {
    await google.fault({ kind: 'status', status: 429, retryAfter });
    expect((await google.sync()).status).toBe(200);
    const [first, second] = await google.requests();
    return Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '');
  };

  it('in seconds', async () => {
    expect(await waited(1)).toBeGreaterThanOrEqual(1_000);
  });

  it('as an HTTP date', async () => {
    // It has whole seconds only, so it asks for a half to one and a half.
    expect(await waited(new Date(Date.now() + 1_500).toUTCString())).toBeGreaterThanOrEqual(400);
  });

  it('but one that makes no sense is not', async () => {
    expect(await waited('soon')).toBeLessThan(1_000);
  });
});

describe('Without Retry-After, the first retry', () => {
  it('comes half a second later at the earliest, as Google asks', async () => {
    const service = await startTestService({}, { persons: 3 });
    try {
      const fault = { where: 'connections', fault: { kind: 'status', status: 503 } };
      await service.google.control('POST', '/control/faults', fault);
      expect((await service.api('POST', '/api/sync')).body.statistics).toMatchObject({ created: 3 });
      const { items } = (await service.google.control('GET', '/control/requests')).body;
      const asked = (items as LoggedRequest[])
        .filter(({ page }) => page === 1)
        .map(({ at }) => Date.parse(at));
      expect(asked).toHaveLength(2);
      expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(500);
    } finally {
      await service.stop();
    }
  });
});
