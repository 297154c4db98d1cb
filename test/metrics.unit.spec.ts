import { describe, expect, it } from '@jest/globals';

import { METRIC_PREFIX, METRICS, type MetricKind } from '../apps/contact-sync/src/health/metric-kinds.js';
import { samples, scrape } from './support/scraped-metrics.js';

const kinds = Object.entries<MetricKind>(METRICS);
const named = (of: readonly (readonly [string, MetricKind])[]): string[] =>
  of.map(([name]) => `${METRIC_PREFIX}${name}`).sort();

describe('The metrics', () => {
  it('have each a value, with the labels that docs/metrics.md names', async () => {
    const there = [...samples(await scrape(true))].map(([name, labels]) => [name, labels.sort()]);
    expect(there.sort()).toEqual(
      kinds.map(([name, { labels }]) => [`${METRIC_PREFIX}${name}`, [...labels].sort()]).sort(),
    );
  });

  it('of the database are left out while it is away, and none else', async () => {
    const left = samples(await scrape(false));
    expect([...left.keys()].sort()).toEqual(named(kinds.filter(([, { of }]) => of === 'process')));
  });
});
