/**
 * `npm run bench`: how fast the service is on this machine, beside what it is compared with.
 */
import { type Benchmark, type BenchmarkRun, ON_DEFAULTS, onDefaults } from './benchmark.js';
import { accounts } from './accounts.js';
import { readSettings, UsageError } from './bench-settings.js';
import { exporting } from './export.js';
import { fullSync } from './full-sync.js';
import { growth } from './growth.js';
import { idle } from './idle.js';
import { idleAccounts } from './idle-accounts.js';
import { incrementalSync } from './incremental-sync.js';
import { latency } from './latency.js';
import { memory } from './memory.js';
import { page } from './page.js';
import { projection } from './projection.js';
import { readApi } from './read-api.js';
import { search } from './search.js';
import { relay } from './relay.js';
import { scheduler } from './scheduler.js';
import { streams } from './streams.js';
import { retention } from './retention.js';
import { unchangedSync } from './unchanged-sync.js';
import { allSettled } from './harness/all-settled.js';
import { Recorder } from './harness/recorder.js';
import { describeMachine, type Machine } from './machine.js';
import { type Report } from './report/report.js';
import { writeReport } from './report/write-report.js';
import { printReport } from './report/print-report.js';
import { Stage } from './stage/stage.js';

const BENCHMARKS: readonly Benchmark[] = [
  fullSync,
  incrementalSync,
  idle,
  growth,
  unchangedSync,
  relay,
  projection,
  latency,
  readApi,
  search,
  accounts,
  retention,
  streams,
  exporting,
  idleAccounts,
  scheduler,
  page,
  memory,
];

/** How many smoke runs go on side by side: their times do not matter, and much of them is waiting. */
const SMOKE_LANES = 4;

const started = performance.now();

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function bench(args: readonly string[]): Promise<number> {
  const settings = readSettings(args);
  const unknown = settings.chosen.find((name) => BENCHMARKS.every((benchmark) => benchmark.name !== name));
  if (unknown !== undefined) {
    const names = BENCHMARKS.map(({ name }) => name).join(', ');
    throw new UsageError(`There is no benchmark "${unknown}": one of ${names}`);
  }
  const chosen = BENCHMARKS.filter(
    ({ name }) => settings.chosen.length === 0 || settings.chosen.includes(name),
  );
  const progress = (what: string): void => {
    say(`${((performance.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${what}`);
  };
  const stage = new Stage(settings, progress);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // A benchmark that loses its server would end the process before the other servers are stopped.
      process.on('uncaughtException', () => undefined);
      void stage.close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
    });
  }
  try {
    const needsKafka = chosen.some(({ withKafka = [] }) => withKafka.length > 0);
    // A benchmark that needs a server that cannot start is told so.
    const servers = Promise.allSettled([stage.postgres(), stage.google(), needsKafka ? stage.kafka() : null]);
    // Where time does not matter, what needs no Kafka begins at once.
    if (!settings.smoke) await servers;
    const recorded = chosen.map((benchmark) => ({ benchmark, recorder: new Recorder(benchmark.name) }));
    const hasKafka = async (): Promise<boolean> => needsKafka && (await stage.kafka()) !== null;
    let machine: Machine | undefined;
    const write = async (): Promise<{ report: Report; files: string[] }> => {
      machine ??= describeMachine(await (await stage.postgres()).version(), await hasKafka());
      const report: Report = {
        machine,
        settings,
        seconds: Math.round((performance.now() - started) / 1_000),
        benchmarks: recorded.map(({ benchmark, recorder }) => {
          const { rows, ratios, figures, notes } = recorder;
          return { name: benchmark.name, question: benchmark.question, rows, ratios, figures, notes };
        }),
      };
      const names = BENCHMARKS.map(({ name }) => name);
      return { report, files: writeReport(report, names) };
    };
    const runsOf = ({ benchmark, recorder }: (typeof recorded)[number]) => {
      const run: BenchmarkRun = {
        stage,
        settings,
        recorder,
        progress: (what) => {
          progress(`${benchmark.name}, ${what}`);
        },
        keep: async () => {
          if (!settings.smoke) await write();
        },
      };
      const runs = benchmark.onDefaults === undefined ? [run] : [run, onDefaults(run)];
      return runs.map((one) => ({ benchmark, run: one }));
    };
    // The longest of them comes last.
    const left = (settings.smoke ? recorded.toReversed() : recorded).flatMap(runsOf).values();
    const work = async (): Promise<void> => {
      for (const { benchmark, run } of left) {
        progress(`${benchmark.name}: ${benchmark.question}`);
        await benchmark.run(run);
      }
    };
    // All of them, even if one fails: until then they use the servers.
    await allSettled(Array.from({ length: settings.smoke ? SMOKE_LANES : 1 }, work));
    const { report, files } = await write();
    printReport(report, say);
    for (const file of files) say(`written: ${file}`);
    return settings.smoke ? judgeSmoke(chosen, report, await hasKafka()) : 0;
  } finally {
    await stage.close();
  }
}

/** Says which rows are missing; their times do not matter. */
function judgeSmoke(chosen: readonly Benchmark[], report: Report, hasKafka: boolean): number {
  const missing = chosen.flatMap((benchmark) => {
    const rows = report.benchmarks.find(({ name }) => name === benchmark.name)?.rows ?? [];
    const there = new Set(
      rows
        .filter(({ samples }) => samples.every((value) => Number.isFinite(value)))
        .map(({ setting, subject }) =>
          setting.endsWith(ON_DEFAULTS) ? `${subject}${ON_DEFAULTS}` : subject,
        ),
    );
    const withKafka = hasKafka ? (benchmark.withKafka ?? []) : [];
    const defaults = benchmark.onDefaults === undefined ? [] : [...benchmark.onDefaults, ...withKafka];
    const wanted = [
      ...benchmark.subjects,
      ...withKafka,
      ...defaults.map((subject) => `${subject}${ON_DEFAULTS}`),
    ];
    return wanted.filter((subject) => !there.has(subject)).map((subject) => `${benchmark.name}: ${subject}`);
  });
  for (const row of missing) say(`missing: ${row}`);
  say(
    missing.length === 0
      ? 'Smoke: every benchmark gave its rows.'
      : `Smoke: ${missing.length} rows are missing.`,
  );
  return missing.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await bench(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) {
    say(error.message);
    process.exitCode = 2;
  } else {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}
