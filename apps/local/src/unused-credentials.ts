import { readFileSync } from 'node:fs';
import { LocalProblem } from './local-problem.js';
import { setting } from './setting.js';

/** Google's credentials that mean nothing without a client of Google's. */
const CREDENTIALS = ['GOOGLE_CLIENT_SECRET', 'GOOGLE_REFRESH_TOKEN'] as const;

/**
 * Stops a start that would simulate Google beside real credentials: they would be sent to the simulator, or be left
 * unused without a word.
 */
export function refuseUnusedCredentials(): void {
  if (setting('GOOGLE_CLIENT_ID') !== undefined) return;
  const file = setting('GOOGLE_SERVICE_ACCOUNT_FILE');
  const name =
    CREDENTIALS.find((one) => setting(one) !== undefined) ??
    (file === undefined || isOfSimulator(file) ? undefined : 'GOOGLE_SERVICE_ACCOUNT_FILE');
  if (name === undefined) return;
  throw new LocalProblem(
    `${name} is set, but GOOGLE_CLIENT_ID is not. Set GOOGLE_CLIENT_ID for Google itself, or unset ${name} for the simulated one.`,
  );
}

/** Keys that the simulator's control API gave. */
function isOfSimulator(file: string): boolean {
  try {
    const { project_id: project } = JSON.parse(readFileSync(file, 'utf8')) as { project_id?: unknown };
    return project === 'people-simulator';
  } catch {
    // The service says what is wrong with it.
    return true;
  }
}
