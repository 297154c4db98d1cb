import { ON_DEFAULTS } from '../benchmark.js';
import { type Ratio } from '../harness/recorder.js';
import { number, rangeText, targetText, verdict } from './format.js';
import { type Report } from './report.js';

const HEAD = `# Benchmark results

Written by \`npm run bench -- --save\`: what has a target, from the runs in results.json, each without what a later one has
measured again. Of a subject's settings (the default ones apart) the one is shown that did worst, and of all of a benchmark that meets
its targets the one nearest to its target. Figures and targets are those of the commit that was measured. All that was measured is in [results.json](results.json) and in each run's HTML report. How to read
it: [README.md](README.md). What profiles show, and why targets are missed: [NOTES.md](NOTES.md).

`;

const COLUMNS = ['Benchmark', 'What', 'Setting', 'Median', 'Min – max', 'Target', '', 'Commit'];

interface Judged extends Ratio {
  readonly unit: string;
  readonly commit: string;
}

/**
 * What is committed: a line for everything that has a target, and where the runs were made.
 *
 * @param order the names of all benchmarks
 */
export function markdownSummary(saved: readonly Report[], order: readonly string[]): string {
  const lines = order.flatMap((name) => alike(judged(saved, name)).map(cells));
  return `${HEAD}${table(lines)}\n${machines(saved)}`;
}

/** What one line tells of: a subject in all settings, the default ones apart, or all that meets its target. */
function alike(all: readonly Judged[]): Judged[][] {
  const kindOf = ({ setting }: Judged): string => (setting.endsWith(ON_DEFAULTS) ? ON_DEFAULTS : '');
  const subjects = [...Map.groupBy(all, (one) => `${one.what}${kindOf(one)}`).values()];
  const isMet = (subject: readonly Judged[]): boolean => subject.every(({ met }) => met === true);
  const met = subjects.filter(isMet).flat();
  return [...subjects.filter((subject) => !isMet(subject)), ...(met.length === 0 ? [] : [met])];
}

function judged(saved: readonly Report[], name: string): Judged[] {
  return saved.flatMap(({ machine: { commit }, benchmarks }) =>
    benchmarks
      .filter((benchmark) => benchmark.name === name)
      .flatMap(({ ratios, figures }) => [...ratios.map((ratio) => ({ ...ratio, unit: '×' })), ...figures])
      .filter(({ target }) => target !== null)
      .map((one) => ({ ...one, commit: shortCommit(commit) })),
  );
}

function cells(told: readonly Judged[]): string[] {
  const [worst] = told.toSorted((a, b) => missedBy(b) - missedBy(a));
  if (worst === undefined) return [];
  const { benchmark, what, setting, median, unit, target, commit } = worst;
  const met = told.filter((one) => one.met === true).length;
  const others = told.length === 1 ? '' : ` (worst of ${told.length}, ${met} met)`;
  return [
    benchmark,
    what,
    `${setting}${others}`,
    `${number(median)} ${unit}`,
    rangeText(worst),
    targetText(target),
    verdict(worst),
    commit,
  ];
}

/** Above 1: missed. */
function missedBy({ median, target }: Judged): number {
  if (target === null) return 0;
  const share = 'atMost' in target ? median / target.atMost : target.atLeast / median;
  // Nothing, where nothing is allowed.
  return Number.isNaN(share) ? 0 : share;
}

function table(lines: readonly (readonly string[])[]): string {
  const line = (entries: readonly string[]): string =>
    `| ${entries.map((entry) => entry.replaceAll('|', '\\|')).join(' | ')} |\n`;
  return [COLUMNS, COLUMNS.map(() => '---'), ...lines].map(line).join('');
}

/** Each machine once, with the runs that were made on it. */
function machines(saved: readonly Report[]): string {
  const runs = Map.groupBy(saved, ({ machine: { cpu, cores, memoryGiB, system, node, postgres } }) =>
    [cpu, `${cores} cores`, `${memoryGiB} GiB`, system, `Node.js ${node}`, `PostgreSQL ${postgres}`].join(
      ', ',
    ),
  );
  return [...runs]
    .map(([machine, reports]) => {
      const dates = reports.map(
        ({ machine: { commit, date } }) => `${shortCommit(commit)} (${date.slice(0, 10)})`,
      );
      return `Everything on one machine, ${machine}: ${[...new Set(dates)].join(', ')}.\n`;
    })
    .join('\n');
}

function shortCommit(commit: string): string {
  return commit.replace(/^([0-9a-f]{7})[0-9a-f]+/, '$1');
}
