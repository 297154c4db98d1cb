import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { kafkaEnvironment, kafkaSettings } from '../support/contact-feed-kafka.js';
import { describeKafka } from '../support/kafka.js';
import { rebuild } from '../support/rebuild.js';
import { startTestService, type TestService } from '../support/service.js';
import { sql } from '../support/sql.js';

interface Progress {
  readonly partition: number;
  readonly next_offset: string;
}

describeKafka('A rebuild of a read model that is fed from Kafka', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(
      { ...kafkaEnvironment(kafkaSettings()), DELETION_GUARD: 'off' },
      { persons: 1_200, seed: 3 },
    );
    await sync('full');
  });
  afterAll(() => service.stop());

  const sync = async (mode: 'full' | 'incremental'): Promise<void> => {
    const { body } = await service.api('POST', `/api/sync/${mode}`);
    expect(body).toMatchObject({ status: 'success', run: { readModelCaughtUp: true } });
  };
  const change = async (name: string): Promise<void> => {
    await service.google.control('POST', '/control/persons/change', { edits: 30, creates: 3, deletes: 3 });
    await service.google.control('POST', '/control/persons', {
      names: [{ givenName: name, displayName: name }],
    });
    await sync('incremental');
  };
  const progress = () =>
    sql<Progress>(
      service.database,
      'select partition, next_offset from projection_checkpoints order by partition',
    );
  const found = async (name: string): Promise<number> =>
    (await service.api('GET', `/api/contacts?q=${name}`)).body.items.length as number;

  it('mends it while changes come, and Kafka is read on from where it was', async () => {
    await sql(service.database, 'delete from contacts where id in (select id from contacts limit 100)');
    expect((await service.api('POST', '/api/verify')).body).toMatchObject({ ok: false });
    const before = await progress();
    const changes = async (): Promise<void> => {
      for (const name of ['Meanwhile', 'Meantime', 'Betweenwhiles']) await change(name);
    };
    const [ended] = await Promise.all([rebuild(service.api), changes()]);

    expect(ended).toMatchObject({ state: 'succeeded' });
    const after = await progress();
    expect(after.map(({ partition }) => partition)).toEqual(before.map(({ partition }) => partition));
    for (const [place, { next_offset: next }] of after.entries())
      expect(Number(next)).toBeGreaterThanOrEqual(Number(before[place]?.next_offset));
    expect((await service.api('POST', '/api/verify')).body).toMatchObject({ ok: true });

    await change('Afterwards');
    expect([await found('Meanwhile'), await found('Afterwards')]).toEqual([1, 1]);
    expect((await service.api('POST', '/api/verify')).body).toMatchObject({ ok: true });
  }, 60_000);
});
