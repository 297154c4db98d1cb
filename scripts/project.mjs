import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The clone that these scripts belong to. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** A path inside the clone. */
export const inProject = (...parts) => join(projectRoot, ...parts);
