import { type Figure, type Ratio, type Row } from '../harness/recorder.js';
import { number, rangeText, targetText, verdict } from './format.js';
import { type BenchmarkReport, type Report } from './report.js';

const HEAD = `# Benchmark results

Written by \`npm run bench -- --save\` out of results.json: the runs that were saved, each without what a later one has
measured again. How to read it: [README.md](README.md). What profiles show, and why targets are missed:
[NOTES.md](NOTES.md).

`;

/**
 * What is committed: of each benchmark the runs that hold for it; of each run when and where it was, ratios and figures
 * with targets, then the rows.
 *
 * @param order the names of all benchmarks
 */
export function markdownSummary(saved: readonly Report[], order: readonly string[]): string {
  const sections = order.map((name) => {
    const runs = saved.flatMap((report) => {
      const benchmark = report.benchmarks.find((one) => one.name === name);
      return benchmark === undefined ? [] : [{ report, benchmark }];
    });
    const question = runs.at(-1)?.benchmark.question;
    if (question === undefined) return '';
    const parts = runs.map(({ report, benchmark }) => part(benchmark, provenanceOf(report)).join('\n'));
    return `## ${name}: ${question}\n\n${parts.join('\n')}\n`;
  });
  return `${HEAD}${sections.join('').trimEnd()}\n`;
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

function part({ rows, ratios, figures, notes }: BenchmarkReport, provenance: string): string[] {
  return [
    provenance,
    '',
    ...table(['Ratio', 'Setting', 'Median', 'Min – max', 'Target', ''], ratios.map(ratioCells)),
    ...table(['Figure', 'Setting', 'Median', 'Min – max', 'Target', ''], figures.map(figureCells)),
    ...table(['Measured', 'Setting', 'Median', 'Min – max'], rows.map(rowCells)),
    ...notes.flatMap(({ text }) => [`- ${text}`, '']),
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
