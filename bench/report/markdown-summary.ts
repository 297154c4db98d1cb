import { type Figure, type Ratio, type Row } from '../harness/recorder.js';
import { number, rangeText, targetText, verdict } from './format.js';
import { type BenchmarkReport, type Report } from './write-report.js';

/** What is committed: ratios and figures with targets, then the rows. */
export function markdownSummary({ machine, settings, seconds, benchmarks }: Report): string {
  const { cpu, cores, memoryGiB, system, node, postgres, kafka } = machine;
  return [
    '# Benchmark results',
    '',
    `Written by \`npm run bench -- --save\` on ${machine.date.slice(0, 10)} at commit ${machine.commit}, in ${Math.ceil(seconds / 60)} min.`,
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node.js ${node}, PostgreSQL ${postgres}, Kafka ${kafka}; everything`,
    `on this one machine. ${settings.repetitions} repetitions after ${settings.warmUps} warm-up(s). How to read it: [README.md](README.md).`,
    '',
    ...benchmarks.flatMap(section),
  ].join('\n');
}

function section({ name, question, rows, ratios, figures, notes }: BenchmarkReport): string[] {
  return [
    `## ${name}: ${question}`,
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
