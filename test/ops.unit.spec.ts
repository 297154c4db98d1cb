import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EX_CONFIG, secretVariables } from '#platform';
import { parse } from 'yaml';

import { deadReferences } from './support/dead-references.js';
import { describeUnless } from './support/kafka.js';
import { OF_THE_PROCESS, samples, scrape } from './support/scraped-metrics.js';

const RULES = 'ops/alerts.yaml';
const RULE_TESTS = 'ops/alerts.test.yaml';
const RUNBOOK = 'docs/how-to/answer-an-alert.md';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook_url: string };
}

const alerts = (parse(readFileSync(RULES, 'utf8')) as { groups: { rules: Alert[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);

const panels = globSync('ops/grafana/*.json').flatMap((file) => {
  const { panels: of } = JSON.parse(readFileSync(file, 'utf8')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  return of.map(({ title, targets }) => ({ name: title, expr: targets.map(({ expr }) => expr).join(' ') }));
});

const expressions = [...alerts.map(({ alert, expr }) => ({ name: alert, expr })), ...panels];
const metricsIn = (expr: string): string[] =>
  [...expr.matchAll(/contactstream_\w+/g)].map(([name]) =>
    name.replace(/(_seconds)_(bucket|sum|count)$/, '$1'),
  );

describe('Alerts and dashboards', () => {
  it('ask for metrics that there are', async () => {
    const text = await scrape(true);
    const there = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const missing = expressions.flatMap(({ name, expr }) =>
      metricsIn(expr)
        .filter((metric) => !there.has(metric))
        .map((metric) => `${name}: ${metric}`),
    );
    expect(missing).toEqual([]);
  });

  it('ask for each metric that is ours', async () => {
    const asked = new Set(expressions.flatMap(({ expr }) => metricsIn(expr)));
    const ours = [...samples(await scrape(true)).keys()].filter((name) => !OF_THE_PROCESS.test(name));
    expect(ours.filter((name) => !asked.has(name))).toEqual([]);
  });

  it('see the first step of what they count: it begins at 0', async () => {
    const fresh = await scrape(true, () => undefined);
    const counted = alerts.flatMap(({ alert, expr }) =>
      [...expr.matchAll(/(?:increase|rate)\((\w+)(?:\{([^}]*)\})?\[/g)].map(
        ([, metric = '', labels = '']) => ({
          alert,
          metric,
          // One that excludes says nothing of what it looks for.
          labels: labels.split(', ').filter((label) => /^\w+="/.test(label)),
        }),
      ),
    );
    expect(counted).not.toEqual([]);
    const zeros = fresh.split('\n').filter((line) => line.endsWith('} 0'));
    const missing = counted.filter(
      ({ metric, labels }) =>
        !zeros.some((line) => line.startsWith(`${metric}{`) && labels.every((label) => line.includes(label))),
    );
    expect(missing).toEqual([]);
  });

  it('have each a section that says what to do', () => {
    const runbook = readFileSync(RUNBOOK, 'utf8');
    const sections = new Map(
      runbook
        .split(/^### /m)
        .slice(1)
        .map((section) => {
          const [title = '', ...text] = section.split(/^## /m)[0]?.split('\n') ?? [];
          return [title, text.join('\n').trim()];
        }),
    );
    expect([...sections.keys()].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    for (const { alert, annotations, expr } of alerts) {
      expect(annotations.runbook_url).toBe(`${RUNBOOK}#${alert.toLowerCase()}`);
      const text = sections.get(alert) ?? '';
      expect([alert, text.length > 100]).toEqual([alert, true]);
      // What counts over a time fires on after it is mended.
      expect([alert, text.includes('It looks back over')]).toEqual([alert, /(increase|rate)\(/.test(expr)]);
    }
  });

  it('and the doctor’s lines lead to sections that there are', () => {
    const sources = globSync('apps/contact-sync/src/doctor/*.ts').map((file) => readFileSync(file, 'utf8'));
    const links = [
      ...alerts.map(({ annotations }) => annotations.runbook_url),
      ...sources.flatMap((source) =>
        [...source.matchAll(/docs\/[\w./-]+\.md(?:#[\w-]+)?/g)].map(([link]) => link),
      ),
    ];
    expect(links.length).toBeGreaterThan(alerts.length);
    const text = links.map((link) => `[runbook](${link})`).join('\n');
    const repository = {
      has: existsSync,
      read: (file: string) => (file === 'links.md' ? text : readFileSync(file, 'utf8')),
      npmScripts: new Set<string>(),
    };
    expect(deadReferences('links.md', repository)).toEqual([]);
  });
});

describe('The systemd unit', () => {
  const unit = readFileSync('ops/contactstream.service', 'utf8');
  const settings = (name: string): string[] =>
    [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);

  it('starts the service as npm run start:service does', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(
      `exec ${settings('ExecStart')[0]?.replace('/opt/contactstream/node_modules/.bin/', '') ?? ''}`,
    ).toBe(scripts['start:service']);
  });

  it('hands over secrets that the service reads from files, as files', () => {
    const variables = settings('Environment').flatMap((line) => line.split(' ').map((one) => one.split('=')));
    const files = new Map(variables.map(([name = '', value]) => [name, value]));
    const handedOver = settings('LoadCredential').map((line) => line.split(':')[0] ?? '');
    expect(handedOver.filter((name) => !secretVariables.includes(name))).toEqual([]);
    expect(handedOver.map((name) => files.get(`${name}_FILE`))).toEqual(
      handedOver.map((name) => `%d/${name}`),
    );
  });

  it('does not start again what refused its configuration', () => {
    expect(settings('RestartPreventExitStatus')).toEqual([String(EX_CONFIG)]);
  });

  const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0;
  describeUnless(hasAnalyze ? null : 'systemd-analyze is not installed')('as systemd reads it', () => {
    let folder: string;
    let file: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'contactstream-unit-'));
      file = join(folder, 'contactstream.service');
      writeFileSync(file, unit.replaceAll('/opt/contactstream', process.cwd()));
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });
    const analyze = (...args: string[]) => {
      const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args, file], { encoding: 'utf8' });
      return { status, said: stdout + stderr };
    };

    it('has no mistake', () => {
      expect(analyze('verify')).toEqual({ status: 0, said: '' });
    });

    it('leaves little exposed', () => {
      // 15 of 100; what is left is that it has a network, and that V8 compiles.
      expect(analyze('security', '--offline=true', '--threshold=15')).toMatchObject({ status: 0 });
    });
  });
});

const promtool = ['/usr/bin/promtool', '/usr/local/bin/promtool'].find(existsSync);

describeUnless(promtool === undefined ? 'promtool is not installed' : null)('promtool', () => {
  const run = (...args: string[]): string => execFileSync(promtool ?? '', args, { encoding: 'utf8' });

  it('accepts the configuration', () => {
    expect(run('check', 'config', 'ops/prometheus.yml')).toContain('is valid prometheus config file syntax');
  });

  it('accepts the rules', () => {
    expect(run('check', 'rules', RULES)).toContain(`${alerts.length} rules found`);
  });

  it('sees each alert come where it is to come, and else not', () => {
    expect(run('test', 'rules', RULE_TESTS)).toContain('SUCCESS');
    const { tests } = parse(readFileSync(RULE_TESTS, 'utf8')) as { tests: { name: string }[] };
    expect(tests.map(({ name }) => name).sort()).toEqual(
      alerts.flatMap(({ alert }) => [`${alert} comes`, `${alert} does not come`]).sort(),
    );
  });

  it('accepts what the service answers at /metrics', async () => {
    const { stderr, stdout } = spawnSync(promtool ?? '', ['check', 'metrics'], {
      input: await scrape(true),
      encoding: 'utf8',
    });
    const complaints = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line !== '' && !OF_THE_PROCESS.test(line));
    expect(complaints).toEqual([]);
  });
});
