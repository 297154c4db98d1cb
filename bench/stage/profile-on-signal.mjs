/** Loaded into a service that is profiled: SIGUSR2 begins a CPU profile, the next one ends and writes it. */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { resolve } from 'node:path';

let session;

process.on('SIGUSR2', async () => {
  if (session === undefined) {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 500 });
    await session.post('Profiler.start');
    process.stderr.write('bench: profiling\n');
    return;
  }
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  session = undefined;
  writeFileSync(resolve('.data', 'bench', 'profiles', `${process.pid}.cpuprofile`), JSON.stringify(profile));
  process.stderr.write('bench: profiled\n');
});
