import { type Account, type RunDetail } from '../api/answers.js';
import { count, counted, listed, sentence } from './numbers.js';

/** What came of a run, as a sentence without its dot: `2 updated`, `Nothing changed`. */
export function runOutcome({ statistics, state, error }: RunDetail): string {
  if (state === 'failed') return failureWords(error?.code);
  if (state === 'cancelled') return 'Cancelled; what was read is kept';
  const { created, updated, deleted, errors } = statistics;
  const parts = [
    ...(created > 0 ? [`${count(created)} created`] : []),
    ...(updated > 0 ? [`${count(updated)} updated`] : []),
    ...(deleted > 0 ? [`${count(deleted)} deleted`] : []),
  ];
  const quarantined = errors > 0 ? `${counted(errors, 'person', 'persons')} in quarantine` : null;
  const changes = parts.length === 0 ? 'Nothing changed' : listed(parts);
  return quarantined === null ? changes : `${changes}, ${quarantined}`;
}

const FAILURES: Readonly<Record<string, string>> = {
  'google-unavailable': 'Google did not answer as it should',
  'google-rate-limited': 'Google limits the rate',
  'google-list-incomplete': 'Google’s list was not complete',
  'google-client-refused': 'Google refuses the service’s own client: it concerns all accounts',
  'not-authenticated': 'Google asks for a new sign-in',
  'database-unavailable': 'The database was away',
  'internal-error': 'An unexpected error; the service’s log says more',
};

/** What went wrong, short; the run says it in full. */
export function failureWords(code: string | undefined): string {
  return code === undefined ? 'It failed' : (FAILURES[code] ?? sentence(code.replaceAll('-', ' ')));
}

/** Whether a run is over. */
export function isOver({ state }: Pick<RunDetail, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}

/** What a run is called: `Full sync`. */
export function runTitle({ mode }: Pick<RunDetail, 'mode'>): string {
  return mode === 'full' ? 'Full sync' : 'Incremental sync';
}

const FALLBACKS = {
  'no-sync-token': 'there was no sync token yet',
  'sync-token-expired': 'the sync token had expired',
  'request-changed': 'what is asked for has changed',
} as const;

/** Why the whole list was read where its changes would do; null: that was what was asked for. */
export function fallbackWords(reason: RunDetail['fallbackReason']): string | null {
  return reason === null ? null : FALLBACKS[reason];
}

const HOLDS = {
  'deletion-guard': 'more of its contacts are missing than the guard lets pass',
  'empty-list': 'Google’s list came back empty',
  'unknown-person': 'a person on the list could not be told apart',
} as const;

/** @param contacts that the account has; with them it is said how many of them it is */
export function holdWords({ holdReason, heldDeletions = 0 }: RunDetail, contacts = 0): string {
  if (holdReason === 'deletion-guard' && contacts > 0) {
    return `${Math.min(100, Math.round((heldDeletions / contacts) * 100))} % of its contacts left Google’s list`;
  }
  return holdReason === undefined ? 'they look wrong' : HOLDS[holdReason];
}

/** How many of how many: `412 of 1,000`; without a total what came so far. */
export function progressWords({ statistics, totalItems, state }: RunDetail): string {
  if (state === 'queued') return 'queued';
  const fetched = count(statistics.total_fetched);
  return totalItems === null
    ? `${fetched} so far`
    : `${fetched} of ${count(Math.max(totalItems, statistics.total_fetched))}`;
}

/** What to know of an account at first sight. */
export function accountOutcome(account: Account): string {
  const { lastRun, health, failures, state, pausedBy } = account;
  if (state === 'erasing') return `Is being erased, step ${account.erasure?.step ?? ''}`;
  if (health === 'disconnected') return 'Disconnected; its contacts can still be searched';
  if (health === 'needs-reauth') return 'Google withdrew the sign-in; nothing is lost';
  if (lastRun !== null && !isOver(lastRun)) {
    const reason = fallbackWords(lastRun.fallbackReason);
    const progress = `${runTitle(lastRun)}, ${progressWords(lastRun)}`;
    return reason === null || lastRun.mode === 'incremental' ? progress : `${progress}: ${reason}`;
  }
  if (health === 'paused') {
    return pausedBy === null ? 'Paused' : `Paused by ${pausedBy.actor.name ?? pausedBy.actor.kind}`;
  }
  if (lastRun === null) return 'Not synced yet';
  if (health === 'failing' && failures > 1)
    return `${runOutcome(lastRun)}, ${count(failures)} times in a row`;
  return runOutcome(lastRun);
}
