import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';
import { waitFor } from '../support/wait-for.js';

const SYNCS = 5;

describe('A changed contact', () => {
  let service: TestService;
  beforeAll(async () => {
    // Enough for pages that are full but for the room that is kept.
    service = await startTestService({}, { persons: 400 });
    await service.api('POST', '/api/sync/full');
  });
  afterAll(() => service.stop());

  const updates = async () => {
    const [row] = await sql<{ all: number; inPlace: number }>(
      service.database,
      `select n_tup_upd::int as all, n_tup_hot_upd::int as "inPlace" from pg_stat_user_tables
       where relname = 'contact_snapshots'`,
    );
    return row;
  };

  it('has its next snapshot on the same page, so that no index is written to', async () => {
    let changed = 0;
    for (let seed = 1; seed <= SYNCS; seed += 1) {
      await service.google.control('POST', '/control/persons/change', {
        edits: 1,
        creates: 0,
        deletes: 0,
        seed,
      });
      const { body } = await service.api('POST', '/api/sync/incremental');
      changed += Number(body.statistics.updated);
    }
    expect(changed).toBeGreaterThan(0);

    // PostgreSQL counts some seconds later.
    await waitFor(async () => (await updates())?.all === changed, {
      what: 'the updates to be counted',
      timeoutMs: 30_000,
    });

    expect(await updates()).toEqual({ all: changed, inPlace: changed });
  });
});
