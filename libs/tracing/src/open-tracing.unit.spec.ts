import { afterEach, describe, expect, it } from '@jest/globals';
import { createLog, readPublishingConfiguration, traceparentOf } from '#platform';

import { openTracing, type Tracing } from './open-tracing.js';

const RUN = '180ba151-dc9c-400d-9b6a-8e38fbf746c8';
/** Of both, the ratio of 0.5 takes this one alone. */
const OTHER = 'f80ba151-dc9c-400d-9b6a-8e38fbf746c8';

describe('Tracing', () => {
  let tracing: Tracing | null;
  afterEach(() => tracing?.stop());

  const open = async (variables: Record<string, string>): Promise<void> => {
    const configuration = readPublishingConfiguration({
      DATABASE_URL: 'postgres://127.0.0.1/none',
      KAFKA_BROKERS: '127.0.0.1:9092',
      LOG_LEVEL: 'silent',
      ...variables,
    });
    tracing = await openTracing(configuration, createLog(configuration));
  };
  const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };

  it.each<[string, Record<string, string>, string | undefined]>([
    ['nowhere', {}, undefined],
    ['below the endpoint', ENDPOINT, 'http://127.0.0.1:4318/v1/traces'],
    [
      'to the endpoint of traces, as it is',
      { ...ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:1/x' },
      'http://127.0.0.1:1/x',
    ],
    ['nowhere, disabled', { ...ENDPOINT, OTEL_SDK_DISABLED: 'true' }, undefined],
  ])('leads %s', async (_, variables, url) => {
    await open(variables);
    expect(tracing?.url).toBe(url);
    expect(traceparentOf(RUN) === null).toBe(url === undefined);
  });

  it('ends with its stop', async () => {
    await open(ENDPOINT);
    await tracing?.stop();
    expect(traceparentOf(RUN)).toBeNull();
  });

  it.each([
    ['', '', '01', '01'],
    ['always_on', '', '01', '01'],
    ['parentbased_always_off', '', '00', '00'],
    ['traceidratio', '0.5', '00', '01'],
    ['parentbased_traceidratio', '1', '01', '01'],
    ['parentbased_traceidratio', '0', '00', '00'],
  ])('with the sampler "%s" and "%s" decides by the id of the run', async (sampler, ratio, flags, others) => {
    await open({ ...ENDPOINT, OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: ratio });
    expect(traceparentOf(RUN)).toBe(`00-180ba151dc9c400d9b6a8e38fbf746c8-9b6a8e38fbf746c8-${flags}`);
    expect(traceparentOf(OTHER)?.slice(-2)).toBe(others);
  });
});
