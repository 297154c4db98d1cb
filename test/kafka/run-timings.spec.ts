import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { kafkaEnvironment, kafkaSettings } from '../support/contact-feed-kafka.js';
import { describeKafka } from '../support/kafka.js';
import { EventReader } from '../support/event-source.js';
import { startTestService, type TestService } from '../support/service.js';
import { waitFor } from '../support/wait-for.js';

describeKafka('Of a run whose events go over Kafka', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(kafkaEnvironment(kafkaSettings()), { persons: 20 });
  });
  afterAll(() => service.stop());

  it('is told when they had all reached Kafka, and then the read model; and the lags, as they change', async () => {
    await service.api('POST', '/api/sync');
    const changes = await EventReader.open(`${service.url}/api/stream`);
    await service.google.control('POST', '/control/persons/change', { edits: 5 });
    const { run } = (await service.api('POST', '/api/sync')).body as {
      run: { id: string; lastPosition: string };
    };
    const { kafka, readModel } = await waitFor(
      async () => {
        const { reached } = (await service.api('GET', `/api/sync/runs/${run.id}/timings`)).body as {
          reached: Record<'kafka' | 'readModel', { at: string; position: string } | null>;
        };
        return reached.kafka !== null && reached.readModel !== null && { ...reached };
      },
      { what: 'both' },
    );
    for (const reached of [kafka, readModel]) {
      expect(BigInt(reached?.position ?? 0)).toBeGreaterThanOrEqual(BigInt(run.lastPosition));
    }
    const position = run.lastPosition;
    const settled = { position, lag: { events: 0, seconds: 0 } };
    const lags = await waitFor(
      () =>
        changes
          .named('lags')
          .find(({ data }) => data.kafka?.position === position && data.readModel.position === position),
      { what: 'the lags' },
    );
    expect(lags.data).toEqual({ log: position, kafka: settled, readModel: settled });
    changes.close();
  });
});
