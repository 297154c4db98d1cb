import { settingsFromEnvironment, SettingUnusable } from './settings-from-environment.js';
import { type SimulatorOptions, startPeopleSimulator } from './simulator.js';

/** The simulator as a process, configured by environment variables (see the README). */
async function main(): Promise<void> {
  const settings = settingsFromEnvironment(process.env);
  const simulator = await startPeopleSimulator({ ...settings, log: report }).catch((error: unknown) => {
    throw startFailure(error, settings);
  });
  const stop = (): void => {
    void simulator.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  if (process.send !== undefined) {
    process.once('disconnect', stop);
    process.send({ ready: true, url: simulator.url });
  }
  console.log(`People simulator ready at ${simulator.url}`);
}

function startFailure(error: unknown, { host, port }: SimulatorOptions): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'EADDRINUSE') {
    return new Error(`port ${String(port)} on ${String(host)} is taken; set SIMULATOR_PORT to another one`);
  }
  return error;
}

function report(message: string, details?: Record<string, unknown>): void {
  console.error(`people-simulator: ${message}`, details ?? '');
}

await main().catch((error: unknown) => {
  report(error instanceof Error ? error.message : String(error));
  // 78 is EX_CONFIG of sysexits.h.
  process.exit(error instanceof SettingUnusable ? 78 : 1);
});
