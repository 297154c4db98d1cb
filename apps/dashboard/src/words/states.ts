import { type IconName } from '../parts/icon.js';

export type Tone = 'ok' | 'warn' | 'bad' | 'run' | 'off';

export interface StateWords {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: IconName;
}

/** How an address book stands, whatever runs: `health` of the service. */
export const HEALTH = {
  fresh: { word: 'Fresh', tone: 'ok', icon: 'fresh' },
  late: { word: 'Late', tone: 'warn', icon: 'late' },
  'needs-reauth': { word: 'Needs sign-in', tone: 'warn', icon: 'key' },
  held: { word: 'Held', tone: 'warn', icon: 'held' },
  failing: { word: 'Failing', tone: 'bad', icon: 'fail' },
  paused: { word: 'Paused', tone: 'off', icon: 'pause' },
  disconnected: { word: 'Disconnected', tone: 'off', icon: 'off' },
} as const satisfies Readonly<Record<string, StateWords>>;

export type Health = keyof typeof HEALTH;

/** What an address may hold. */
export function isHealth(text: string | null): text is Health {
  return text !== null && text in HEALTH;
}

export const RUN_STATE = {
  queued: { word: 'Queued', tone: 'off', icon: 'late' },
  running: { word: 'Running', tone: 'run', icon: 'sync' },
  succeeded: { word: 'Succeeded', tone: 'ok', icon: 'fresh' },
  held: { word: 'Held', tone: 'warn', icon: 'held' },
  failed: { word: 'Failed', tone: 'bad', icon: 'fail' },
  cancelled: { word: 'Cancelled', tone: 'off', icon: 'x' },
} as const satisfies Readonly<Record<string, StateWords>>;
