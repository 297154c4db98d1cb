import { METRIC_PREFIX, METRICS, type MetricKind } from '../health/metric-kinds.js';
import { table, withBlocks } from './blocks.js';

/** The text of docs/metrics.md. @param page as it is */
export function metricsPage(page: string): string {
  const rows = Object.entries<MetricKind>(METRICS).map(([name, { type, of, labels, help }]) => [
    `\`${METRIC_PREFIX}${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(', '),
    /_seconds(_total)?$/.test(name) ? 'seconds' : '',
    of,
    help,
  ]);
  return withBlocks(
    page,
    new Map([['Metrics', table([['Metric', 'Type', 'Labels', 'Unit', 'Of', 'Meaning'], ...rows])]]),
  );
}
