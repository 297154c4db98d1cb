import { globSync, readFileSync } from 'node:fs';

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';

import { describeUnless } from '../support/kafka.js';
import { startTestService, type TestService } from '../support/service.js';
import { hasPrometheus, type Prometheus, startPrometheus } from '../support/start-prometheus.js';
import { waitFor } from '../support/wait-for.js';

describeUnless(hasPrometheus ? null : 'prometheus is not installed')('Prometheus, as ops/ sets it up', () => {
  let service: TestService;
  let prometheus: Prometheus;
  beforeAll(async () => {
    service = await startTestService({}, { persons: 5 });
    prometheus = await startPrometheus(new URL(service.url).host);
  });
  afterAll(async () => {
    await prometheus.stop();
    await service.stop();
  });

  it('sees the service up, under the name that the alerts ask for', async () => {
    const targets = await waitFor(
      async () => {
        const { activeTargets } = (await prometheus.ask('targets')) as {
          readonly activeTargets: readonly { readonly health: string; readonly labels: object }[];
        };
        return activeTargets.some(({ health }) => health === 'up') && activeTargets;
      },
      { what: 'the service to be scraped' },
    );
    expect(targets).toEqual([
      expect.objectContaining({ labels: expect.objectContaining({ job: 'contactstream' }) }),
    ]);
  });

  it('evaluates every alert, and none fires of a service that has just begun', async () => {
    const shipped = parse(readFileSync('ops/alerts.yaml', 'utf8')) as {
      groups: { rules: { alert: string }[] }[];
    };
    const rules = await waitFor(
      async () => {
        const { groups } = (await prometheus.ask('rules')) as {
          readonly groups: readonly {
            readonly rules: readonly { name: string; health: string; state: string; lastError?: string }[];
          }[];
        };
        const found = groups.flatMap((group) => group.rules);
        return found.length > 0 && found.every(({ health }) => health !== 'unknown') && found;
      },
      { what: 'the rules to be evaluated' },
    );
    expect(rules.map(({ name }) => name)).toEqual(
      shipped.groups.flatMap((group) => group.rules.map(({ alert }) => alert)),
    );
    expect(rules.filter(({ health, state }) => health !== 'ok' || state === 'firing')).toEqual([]);
  });

  it('answers what each panel of the dashboard asks', async () => {
    const expressions = globSync('ops/grafana/*.json').flatMap((file) => {
      const { panels } = JSON.parse(readFileSync(file, 'utf8')) as {
        panels: { targets: { expr: string }[] }[];
      };
      return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    });
    expect(expressions.length).toBeGreaterThan(20);
    for (const expr of expressions) {
      await expect(prometheus.ask(`query?query=${encodeURIComponent(expr)}`)).resolves.toHaveProperty(
        'result',
      );
    }
    const accounts = await prometheus.ask('query?query=contactstream_accounts');
    expect(accounts).toMatchObject({
      result: [{ metric: { state: 'connected' }, value: [expect.anything(), '1'] }],
    });
  });
});
