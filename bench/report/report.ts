import { type BenchSettings } from '../bench-settings.js';
import { type Figure, type Note, type Ratio, type Row } from '../harness/recorder.js';
import { type Machine } from '../machine.js';

export interface BenchmarkReport {
  readonly name: string;
  readonly question: string;
  readonly rows: readonly Row[];
  readonly ratios: readonly Ratio[];
  readonly figures: readonly Figure[];
  readonly notes: readonly Note[];
}

export interface Report {
  readonly machine: Machine;
  readonly settings: BenchSettings;
  readonly seconds: number;
  readonly benchmarks: readonly BenchmarkReport[];
}
