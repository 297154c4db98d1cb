import path from 'node:path';
import { pathToFileURL } from 'node:url';

declare global {
  /** There in test/support/node-environment.mjs alone. */
  var importOutside: ((url: string) => Promise<unknown>) | undefined;
}

/**
 * Loads a module of this project outside Jest's module system: once a worker, and not once a suite, which would take a
 * service's 2,000 modules five seconds of a processor each time. So it is for what is started and then talked to over
 * the network; its objects are not of the suite's realm.
 *
 * Where Jest's own environment is used, it is loaded inside: its clock reaches no further.
 *
 * @param file from the project's folder
 */
export async function outside<Module>(file: string): Promise<Module> {
  const load = globalThis.importOutside?.(pathToFileURL(file).href) ?? import(path.resolve(file));
  return (await load) as Module;
}
