import { isPortFree } from './free-port.js';
import { LocalProblem } from './local-problem.js';
import { setting } from './setting.js';

/** Fails early when the service's port is taken: before anything is started that would have to be stopped again. */
export async function requireServicePort(): Promise<void> {
  const host = setting('HOST') ?? '127.0.0.1';
  const port = Number(setting('PORT') ?? 3000);
  // Port 0 means any free one; what is no port at all the service itself refuses.
  if (!Number.isInteger(port) || port <= 0 || port > 65_535) return;
  if (await isPortFree(port, host)) return;
  throw new LocalProblem(
    `Port ${port} of ${host} is taken by another program. Stop that one, or choose another port: PORT=${port === 65_535 ? 3000 : port + 1} npm start`,
  );
}
