import { setTimeout as delay } from 'node:timers/promises';

import { type Google, type GoogleAccount } from './google.js';

/** Parts of the world, one of which is awake. */
const PARTS = 3;
/** Of the changes, those in the part that is awake. */
const AWAKE = 0.9;

export interface Days {
  readonly perSecond: number;
  /** How long a part is awake. */
  readonly dayMs: number;
}

/**
 * Changes a person of some account at a steady rate, most of them where it is day.
 *
 * @returns once the signal has come: the accounts that were changed
 */
export async function dayAndNight(
  google: Google,
  accounts: readonly GoogleAccount[],
  { perSecond, dayMs }: Days,
  signal: AbortSignal,
): Promise<Set<GoogleAccount>> {
  const changed = new Set<GoogleAccount>();
  const start = performance.now();
  for (let change = 0; !signal.aborted; change += 1) {
    const part = Math.floor((performance.now() - start) / dayMs) % PARTS;
    const anywhere = Math.floor(Math.random() * accounts.length);
    const index = Math.random() < AWAKE ? anywhere - (anywhere % PARTS) + part : anywhere;
    const account = accounts[index % accounts.length];
    if (account === undefined) break;
    await google.change(account, 1, change);
    changed.add(account);
    const dueMs = start + ((change + 1) / perSecond) * 1_000 - performance.now();
    await delay(Math.max(0, dueMs), undefined, { signal }).catch(() => undefined);
  }
  return changed;
}
