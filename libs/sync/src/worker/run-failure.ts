import { GoogleError, googleFailure } from '#google-people';
import { CodedError } from '#platform';

import { ListIncomplete } from '../pages/list-pages.js';
import { type RunFailure } from '../runs/end-run.sql.js';

/** What {@link RunFailure} says, thrown. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';

  constructor(
    readonly failure: RunFailure,
    options: ErrorOptions,
  ) {
    super(failure.detail, options);
  }
}

export function runFailure(error: unknown): RunFailure {
  if (error instanceof CodedError) return { code: error.code, detail: error.message };
  if (error instanceof GoogleError) return googleFailure(error);
  if (error instanceof ListIncomplete) return { code: 'google-list-incomplete', detail: error.message };
  return {
    code: 'internal-error',
    detail: 'An unexpected error ended the run; the log says more under its runId.',
  };
}
