import { readFileSync, writeFileSync } from 'node:fs';
import { findFreePort, isPortFree } from './free-port.js';

/** The same port as last time while it is free, so that a bookmark or an open page still works after a restart. */
export async function rememberedPort(file: string): Promise<number> {
  const last = readNumber(file);
  if (last !== undefined && (await isPortFree(last))) return last;
  const port = await findFreePort();
  writeFileSync(file, `${port}\n`);
  return port;
}

function readNumber(file: string): number | undefined {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}
