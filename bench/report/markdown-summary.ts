import { type Figure, type Ratio, type Row } from '../harness/recorder.js';
import { number, rangeText, targetText, verdict } from './format.js';
import { type BenchmarkReport, type Report } from './write-report.js';

const HEAD = `# Benchmark results

Written by \`npm run bench -- --save\`, which leaves the sections of benchmarks that did not run as they are. How to read
it: [README.md](README.md). What profiles show, and why targets are missed: [NOTES.md](NOTES.md).

`;

/**
 * What is committed: of each benchmark when and where it ran, ratios and figures with targets, then the rows.
 *
 * @param before the summary so far; empty where there is none
 * @param order the names of all benchmarks
 */
export function markdownSummary(report: Report, before: string, order: readonly string[]): string {
  const sections = new Map(
    before
      .split(/^(?=## )/m)
      .slice(1)
      .map((text) => [/^## (\w+)/.exec(text)?.[1] ?? '', text] as const),
  );
  const provenance = provenanceOf(report);
  for (const benchmark of report.benchmarks) {
    sections.set(benchmark.name, `${section(benchmark, provenance).join('\n').trimEnd()}\n\n`);
  }
  return `${HEAD}${order.map((name) => sections.get(name) ?? '').join('')}`.trimEnd().concat('\n');
}

function provenanceOf({ machine, settings, seconds }: Report): string {
  const { cpu, cores, memoryGiB, freshMemoryMs, system, node, postgres, kafka } = machine;
  return (
    `${machine.date.slice(0, 10)}, commit ${machine.commit}, a run of ${Math.ceil(seconds / 60)} min, ` +
    `${settings.repetitions} repetitions after ${settings.warmUps} warm-up(s). Everything on one machine: ${cpu}, ` +
    `${cores} cores, ${memoryGiB} GiB (${number(freshMemoryMs)} ms for each MiB of fresh memory), ${system}, ` +
    `Node.js ${node}, PostgreSQL ${postgres}, Kafka ${kafka}.`
  );
}

function section(
  { name, question, rows, ratios, figures, notes }: BenchmarkReport,
  provenance: string,
): string[] {
  return [
    `## ${name}: ${question}`,
    '',
    provenance,
    '',
    ...table(['Ratio', 'Setting', 'Median', 'Min – max', 'Target', ''], ratios.map(ratioCells)),
    ...table(['Figure', 'Setting', 'Median', 'Min – max', 'Target', ''], figures.map(figureCells)),
    ...table(['Measured', 'Setting', 'Median', 'Min – max'], rows.map(rowCells)),
    ...notes.flatMap((note) => [`- ${note}`, '']),
  ];
}

function ratioCells(ratio: Ratio): string[] {
  return [
    ratio.what,
    ratio.setting,
    `${number(ratio.median)} ×`,
    rangeText(ratio),
    targetText(ratio.target),
    verdict(ratio),
  ];
}

function figureCells(figure: Figure): string[] {
  const [what = '', setting = '', , range = '', target = '', met = ''] = ratioCells(figure);
  return [what, setting, `${number(figure.median)} ${figure.unit}`, range, target, met];
}

function rowCells(row: Row): string[] {
  return [row.subject, row.setting, `${number(row.median)} ${row.unit}`, rangeText(row)];
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string[] {
  if (lines.length === 0) return [];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...lines.map(line), ''];
}
