import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

import { type Recorder } from '../harness/recorder.js';

/** As far as it is read here: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  /** Ids of nodes. */
  readonly samples: readonly number[];
  /** Microseconds. */
  readonly timeDeltas: readonly number[];
}

const SHOWN = 8;

/** Says where the main thread's time went. @param file null: nothing was profiled */
export function noteProfile(recorder: Recorder, setting: string, what: string, file: string | null): void {
  if (file !== null) {
    const text = `Profile of the service, ${what}: ${profileSummary(file)} (${basename(file)})`;
    recorder.note(text, setting);
  }
}

/** Time by whose code ran, without the profiler's own. */
function profileSummary(file: string): string {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8')) as CpuProfile;
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]));
  const times = new Map<string, number>();
  samples.forEach((sample, index) => {
    const owner = owners.get(sample) ?? '';
    times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[index] ?? 0));
  });
  times.delete(PROFILER);
  const all = sum(times.values());
  times.delete(IDLE);
  const busy = sum(times.values());
  const shares = [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([owner, time]) => `${owner} ${Math.round((time / busy) * 100)} %`);
  return `busy ${Math.round((busy / all) * 100)} % of ${(all / 1e6).toFixed(1)} s: ${shares.join(', ')}`;
}

const IDLE = 'idle';
const PROFILER = 'the profiler';

function ownerOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  if (functionName === '(idle)') return IDLE;
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (url === 'node:inspector') return PROFILER;
  const [, library] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (library !== undefined) return library;
  const [, own] = /\/dist\/((?:libs|apps)\/[^/]+)/.exec(url) ?? [];
  return own ?? 'Node.js';
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}
