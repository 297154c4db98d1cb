import { type LockFile } from './complete-lock.mjs';

export const ALLOWED_LICENSES: readonly string[];
export function productionPackages(lock: LockFile): Set<string>;
