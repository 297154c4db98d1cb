import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inProject } from './project.mjs';

/**
 * One hash over names and contents.
 * @param {string[]} paths files and folders of the clone; missing ones count as such
 * @param {(path: string) => boolean} counts whether a file under a folder matters
 * @param {string} more anything else that matters
 */
export function contentHash(paths, { counts = () => true, more = '' } = {}) {
  const hash = createHash('sha256').update(more);
  for (const path of paths) {
    for (const file of filesUnder(path).filter(counts)) {
      hash.update(`\0${file}\0`).update(readFileSync(inProject(file)));
    }
  }
  return hash.digest('hex');
}

function filesUnder(path) {
  const stat = statSync(inProject(path), { throwIfNoEntry: false });
  if (!stat) return [];
  if (stat.isFile()) return [path];
  return readdirSync(inProject(path))
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
}
