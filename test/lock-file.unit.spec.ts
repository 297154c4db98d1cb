import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { missingEntries, type LockFile } from '#scripts/complete-lock.mjs';

it('locks the optional packages of every platform, because `npm ci` refuses a lock without them', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as LockFile;
  // If this fails after an `npm install`: node scripts/complete-lock.mjs
  expect(missingEntries(lock)).toEqual([]);
});
