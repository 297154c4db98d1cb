import { type Change } from '../api/contacts.js';

/** What a version is, after its number: `updated`, `has another resource name`. */
export function versionWords({ change, type }: Pick<Change, 'change' | 'type'>): string {
  if (type === 'ContactDeleted') return 'deleted';
  return change === 'renamed' ? 'has another resource name' : (change ?? 'updated');
}

const REASONS: Readonly<Record<string, string>> = {
  'deleted-in-google': 'Deleted in Google.',
  'absent-from-full-sync': 'Not on Google’s list any more, and Google says that it is gone.',
  merged: 'It went into another contact.',
  'account-erased': 'The account was erased.',
};

/** Why, where there is more to say than {@link versionWords} does. */
export function versionReason({ change, reason, detailsRemoved }: Change): string | null {
  if (detailsRemoved === true) return 'What it said was removed at the end of its time.';
  if (reason !== undefined) return REASONS[reason] ?? null;
  return change === 'restored' ? 'Google shows the person again.' : null;
}

/** Green: it began; hollow: it is not there; blue: it went on. */
export function versionDot({ change, type }: Pick<Change, 'change' | 'type'>): string {
  if (type === 'ContactDeleted') return 'dot hollow';
  return change === 'created' || change === 'restored' ? 'dot ok' : 'dot run';
}
