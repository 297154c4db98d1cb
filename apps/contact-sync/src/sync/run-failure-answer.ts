import { CodedError } from '#platform';
import { type Run, type RunFailure } from '#sync';

const PREFIX = 'Sync failed: ';

/** The answer to whoever waited for a run that did not succeed, or asked for a dry run that would not. */
export function failureOf(run: Run | ({ state: 'failed' } & RunFailure)): CodedError {
  const runId = 'id' in run ? { runId: run.id } : {};
  if (run.state === 'cancelled') {
    return new CodedError('sync-cancelled', `${PREFIX}the run was cancelled.`, runId);
  }
  const { code, detail } = 'id' in run ? { code: run.errorCode, detail: run.errorDetail } : run;
  const { retryAfterSeconds } = run;
  return new CodedError(code ?? 'internal-error', beginning(code, detail ?? 'an unexpected error.'), {
    ...runId,
    ...(retryAfterSeconds == null ? {} : { retryAfterSeconds }),
  });
}

/** What a sign-in mends is no failure of the sync. */
function beginning(code: string | null | undefined, detail: string): string {
  return code === 'not-authenticated' || detail.startsWith(PREFIX) ? detail : `${PREFIX}${detail}`;
}
