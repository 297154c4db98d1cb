import { Problem } from '#platform';
import { type Run, type RunFailure } from '#sync';

const STATUS: Readonly<Record<string, number>> = {
  'not-authenticated': 401,
  'google-list-incomplete': 502,
  'google-unavailable': 502,
  'google-rate-limited': 503,
};

const PREFIX = 'Sync failed: ';

/** Said where Google did not say how long to wait: the window of most of its quotas. */
const RETRY_AFTER_SECONDS = 60;

/** The answer to whoever waited for a run that did not succeed, or rehearsed one that would not. */
export function runProblem(run: Run | ({ state: 'failed' } & RunFailure)): Problem {
  if (run.state === 'cancelled') {
    return new Problem(409, 'sync-cancelled', 'Sync failed: the run was cancelled.', { runId: run.id });
  }
  const stored = 'id' in run;
  const code = (stored ? run.errorCode : run.code) ?? 'internal-error';
  const detail = (stored ? run.errorDetail : run.detail) ?? 'an unexpected error.';
  const status = STATUS[code] ?? 500;
  return new Problem(
    status,
    code,
    status === 401 || detail.startsWith(PREFIX) ? detail : `${PREFIX}${detail}`,
    stored ? { runId: run.id } : {},
    status === 503 ? { 'Retry-After': String(run.retryAfterSeconds ?? RETRY_AFTER_SECONDS) } : {},
  );
}
