import { describe, expect, it } from '@jest/globals';

import { type Report } from '../../bench/report/report.js';
import { withRun } from '../../bench/report/saved-runs.js';

/** A run of benchmarks in settings, with a row, a ratio and a note for each setting, and a note for all. */
function run(commit: string, benchmarks: Readonly<Record<string, readonly string[]>>): Report {
  return {
    machine: { commit },
    benchmarks: Object.entries(benchmarks).map(([name, settings]) => ({
      name,
      question: '?',
      rows: settings.map((setting) => ({ setting })),
      ratios: settings.map((setting) => ({ setting })),
      figures: [],
      notes: [null, ...settings].map((setting) => ({ setting, text: 'said' })),
    })),
  } as unknown as Report;
}

describe('Saved runs', () => {
  it('keep what a new run has not measured again', () => {
    const before = [run('a', { full: ['1k', '10k'], relay: ['10k'] })];
    expect(withRun(before, run('b', { full: ['10k', '100k'] }))).toEqual([
      run('a', { full: ['1k'], relay: ['10k'] }),
      run('b', { full: ['10k', '100k'] }),
    ]);
  });

  it('lose a benchmark, and a run, of which all was measured again', () => {
    const before = [run('a', { full: ['1k'] }), run('b', { full: ['10k'], relay: ['10k'] })];
    expect(withRun(before, run('c', { full: ['1k', '10k'] }))).toEqual([
      run('b', { relay: ['10k'] }),
      run('c', { full: ['1k', '10k'] }),
    ]);
  });

  it('keep a setting of one benchmark when another one was measured in it', () => {
    const before = [run('a', { full: ['10k'] })];
    expect(withRun(before, run('b', { unchanged: ['10k'] }))).toEqual([
      run('a', { full: ['10k'] }),
      run('b', { unchanged: ['10k'] }),
    ]);
  });
});
