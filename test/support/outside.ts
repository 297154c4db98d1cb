import { pathToFileURL } from 'node:url';

declare global {
  function importOutside(url: string): Promise<unknown>;
}

/**
 * Loads a module of this project outside Jest's module system: once a worker, and not once a suite, which would take a
 * service's 2,000 modules five seconds of a processor each time. So it is for what is started and then talked to over
 * the network; its objects are not of the suite's realm.
 *
 * @param file from the project's folder
 */
export async function outside<Module>(file: string): Promise<Module> {
  return (await importOutside(pathToFileURL(file).href)) as Module;
}
