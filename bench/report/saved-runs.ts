import { type BenchmarkReport, type Report } from './report.js';

/** Adds a run to the saved ones, and removes from those each setting that it measured again. */
export function withRun(saved: readonly Report[], run: Report): Report[] {
  const left = saved.map((report) => ({
    ...report,
    benchmarks: report.benchmarks
      .map((old) => without(old, settingsOf(run, old.name)))
      .filter(({ rows }) => rows.length > 0),
  }));
  return [...left.filter(({ benchmarks }) => benchmarks.length > 0), run];
}

function settingsOf(run: Report, benchmark: string): ReadonlySet<string | null> {
  const rows = run.benchmarks.find(({ name }) => name === benchmark)?.rows ?? [];
  return new Set(rows.map(({ setting }) => setting));
}

function without(report: BenchmarkReport, settings: ReadonlySet<string | null>): BenchmarkReport {
  const stays = ({ setting }: { readonly setting: string | null }): boolean => !settings.has(setting);
  return {
    ...report,
    rows: report.rows.filter(stays),
    ratios: report.ratios.filter(stays),
    figures: report.figures.filter(stays),
    notes: report.notes.filter(stays),
  };
}
