import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { type SpawnedProcess } from '../../test/crash/spawned-process.js';
import { waitFor } from '../../test/support/wait-for.js';

const FOLDER = resolve('.data', 'bench', 'profiles');

/** NODE_OPTIONS of a service whose stages are to be profiled. */
export function profilerOption(): string {
  return `--import=${pathToFileURL(resolve('bench/stage/profile-on-signal.mjs')).href}`;
}

/** Profiles the process while the task goes on; the file opens in Chromium's developer tools. */
export async function toggleProfiler(
  program: SpawnedProcess,
  name: string,
  task: () => Promise<unknown>,
): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const said = (line: string) => (): boolean => program.output().includes(line);
  const mark = `${name}-${Math.round(performance.now())}`;
  const before = program.output().split('bench: profiling').length;
  program.signal('SIGUSR2');
  await waitFor(() => program.output().split('bench: profiling').length > before, {
    what: 'the profiler to start',
  });
  await task();
  const file = `${FOLDER}/${program.pid}.cpuprofile`;
  const profiles = program.output().split('bench: profiled').length;
  program.signal('SIGUSR2');
  await waitFor(
    () => said('bench: profiled')() && program.output().split('bench: profiled').length > profiles,
    {
      what: 'the profile to be written',
      timeoutMs: 60_000,
    },
  );
  const { renameSync } = await import('node:fs');
  renameSync(file, `${FOLDER}/${mark}.cpuprofile`);
  return `${FOLDER}/${mark}.cpuprofile`;
}
