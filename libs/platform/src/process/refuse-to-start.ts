import { ConfigurationError } from '../config/configuration.js';

/** sysexits.h: the configuration is at fault. */
export const EX_CONFIG = 78;

/** Ends the process with one line that says what is wrong and what to do. */
export function refuseToStart(
  what: 'start' | 'migrate' | 'recover the log' | 'recover the snapshots' | 'replay' | 'look after keys',
  error: unknown,
): never {
  process.stderr.write(`contactstream cannot ${what}: ${describe(error)}\n`);
  process.exit(error instanceof ConfigurationError ? EX_CONFIG : 1);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  if (code === 'EADDRINUSE') return `${error.message}. Set PORT to a free port.`;
  return error.message;
}
