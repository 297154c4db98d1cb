import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { htmlReport } from './html-report.js';
import { markdownSummary } from './markdown-summary.js';
import { type Report } from './report.js';
import { withRun } from './saved-runs.js';

const FOLDER = join('.data', 'bench');
/** The runs that were saved. */
const SAVED = join('bench', 'results.json');
const SUMMARY = join('bench', 'RESULTS.md');

/**
 * @param order the names of all benchmarks
 * @returns the files
 */
export function writeReport(report: Report, order: readonly string[]): string[] {
  mkdirSync(FOLDER, { recursive: true });
  const stem = join(FOLDER, report.machine.date.replaceAll(':', '-').slice(0, 19));
  const files: [string, string][] = [
    [`${stem}.json`, jsonFile(report)],
    [`${stem}.html`, htmlReport(report)],
  ];
  if (report.settings.save) {
    const before = existsSync(SAVED) ? (JSON.parse(readFileSync(SAVED, 'utf8')) as Report[]) : [];
    const saved = withRun(before, report);
    files.push([SAVED, jsonFile(saved)], [SUMMARY, markdownSummary(saved, order)]);
  }
  for (const [file, text] of files) writeFileSync(file, text);
  return files.map(([file]) => file);
}

function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
