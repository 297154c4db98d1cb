import { runQuietly } from './programs.mjs';

/**
 * Runs npm to its end: the one that runs us, if one does, because another one may be first in the path.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runNpm(args) {
  const [program, ...npm] = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm'];
  return runQuietly(program, [...npm, ...args]);
}
