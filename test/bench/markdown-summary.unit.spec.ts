import { expect, it } from '@jest/globals';

import { Recorder } from '../../bench/harness/recorder.js';
import { markdownSummary } from '../../bench/report/markdown-summary.js';
import { type Report } from '../../bench/report/report.js';

/** A run of the benchmark `full` with a figure in each setting. */
function run(commit: string, times: Readonly<Record<string, number>>, subject = 'time'): Report {
  const recorder = new Recorder('full');
  for (const [setting, time] of Object.entries(times)) {
    recorder.add(setting, subject, 's', time);
    recorder.add(setting, 'other time', 's', 99);
    recorder.figure({ setting, subject }, { atMost: 2 });
  }
  const { rows, ratios, figures, notes } = recorder;
  return {
    machine: { commit, date: '2026-11-30T10:00:00Z' },
    benchmarks: [{ name: 'full', question: '?', rows, ratios, figures, notes }],
  } as unknown as Report;
}

/** The table without its head: what is said of `time`. */
function linesOf(reports: readonly Report[]): string[] {
  return markdownSummary(reports, ['full'])
    .split('\n')
    .filter((line) => line.startsWith('| full'));
}

it('The summary shows of a subject the setting that did worst, the default ones apart, with its commit', () => {
  const reports = [
    run('aaaaaaaaaaaa', { '1k contacts': 3, '1k contacts beside 1M others': 1 }),
    run('bbbbbbbbbbbb', { '10k contacts': 1, '10k contacts on default settings': 5 }),
  ];
  expect(linesOf(reports)).toEqual([
    '| full | time | 1k contacts (worst of 3, 2 met) | 3.00 s | n 1 | at most 2 | MISSED | aaaaaaa |',
    '| full | time | 10k contacts on default settings | 5.00 s | n 1 | at most 2 | MISSED | bbbbbbb |',
  ]);
});

it('The summary shows of all that meets its target what is nearest to it, and all that misses it', () => {
  const reports = [
    run('aaaaaaaaaaaa', { contacts: 1.5 }, 'first'),
    run('bbbbbbbbbbbb', { contacts: 1.75 }, 'second'),
    run('cccccccccccc', { contacts: 3 }, 'third'),
    run('dddddddddddd', { contacts: 4 }, 'fourth'),
  ];
  expect(linesOf(reports)).toEqual([
    '| full | third | contacts | 3.00 s | n 1 | at most 2 | MISSED | ccccccc |',
    '| full | fourth | contacts | 4.00 s | n 1 | at most 2 | MISSED | ddddddd |',
    '| full | second | contacts (worst of 2, 2 met) | 1.75 s | n 1 | at most 2 | met | bbbbbbb |',
  ]);
});
