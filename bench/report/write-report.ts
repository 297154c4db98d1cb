import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { type BenchSettings } from '../bench-settings.js';
import { type Figure, type Ratio, type Row } from '../harness/recorder.js';
import { type Machine } from '../machine.js';
import { htmlReport } from './html-report.js';
import { markdownSummary } from './markdown-summary.js';

export interface BenchmarkReport {
  readonly name: string;
  readonly question: string;
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
}

export interface Report {
  readonly machine: Machine;
  readonly settings: BenchSettings;
  readonly seconds: number;
  readonly benchmarks: readonly BenchmarkReport[];
}

const FOLDER = join('.data', 'bench');

/**
 * @param order the names of all benchmarks
 * @returns the files
 */
export function writeReport(report: Report, order: readonly string[]): string[] {
  mkdirSync(FOLDER, { recursive: true });
  const stem = join(FOLDER, report.machine.date.replaceAll(':', '-').slice(0, 19));
  const files: [string, string][] = [
    [`${stem}.json`, `${JSON.stringify(report, null, 2)}\n`],
    [`${stem}.html`, htmlReport(report)],
  ];
  if (report.settings.save) {
    const results = join('bench', 'RESULTS.md');
    const before = existsSync(results) ? readFileSync(results, 'utf8') : '';
    files.push([results, markdownSummary(report, before, order)]);
  }
  for (const [file, text] of files) writeFileSync(file, text);
  return files.map(([file]) => file);
}
