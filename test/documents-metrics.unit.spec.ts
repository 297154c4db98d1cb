import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { codeOf, tableRows } from './support/markdown-tables.js';
import { OF_THE_PROCESS, samples, scrape } from './support/scraped-metrics.js';

describe('docs/metrics.md', () => {
  const rows = tableRows(readFileSync('docs/metrics.md', 'utf8'));

  it('has each metric once, with its type and its labels', async () => {
    const text = await scrape(true);
    const types = new Map(
      [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
    );
    const there = [...samples(text)].map(([name, labels]) => [name, types.get(name), labels.sort()]);
    const told = rows.map((row) => [
      codeOf(row.Metric ?? ''),
      row.Type,
      [...(row.Labels ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label).sort(),
    ]);
    expect(told.sort()).toEqual(there.sort());
    // None is left out because nothing here gave it a value.
    expect([...types.keys()].filter((name) => !OF_THE_PROCESS.test(name)).sort()).toEqual(
      there.map(([name]) => name).sort(),
    );
  });

  it('says which are left out while the database is away', async () => {
    const left = samples(await scrape(false));
    const ofDatabase = rows
      .filter((row) => row.Of === 'database')
      .map((row) => codeOf(row.Metric ?? '') ?? '');
    const ofProcess = rows.filter((row) => row.Of === 'process').map((row) => codeOf(row.Metric ?? '') ?? '');
    expect([...left.keys()].sort()).toEqual(ofProcess.sort());
    expect(ofDatabase.length + ofProcess.length).toBe(rows.length);
  });
});
