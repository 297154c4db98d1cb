/** PostgreSQL quotes the offending value in its data exceptions (22…) and integrity violations (23…). */
const QUOTES_VALUES = /^2[23]/;

/**
 * An error as the log shows it: where it happened, but none of the requests, answers and parameters that libraries
 * hang on their errors, because those hold tokens and contact data.
 */
export function errorForLog(error: unknown): object {
  if (!(error instanceof Error)) return alreadyShort(error) ? error : { message: 'not an error' };
  const { code } = error as { code?: unknown };
  const shown = typeof code === 'string' ? code : undefined;
  const secret = shown !== undefined && QUOTES_VALUES.test(shown);
  return {
    name: error.name,
    code: shown,
    // MikroORM puts the statement before the driver's words; the first line has no values of it.
    message: secret ? 'the database refused a value' : error.message.split('\n', 1)[0],
    at: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 6)
      .map((line) => line.trim()),
    ...(error.cause instanceof Error ? { cause: errorForLog(error.cause) } : {}),
  };
}

/** Libraries that shorten their errors themselves hand in the result. */
function alreadyShort(error: unknown): error is object {
  return (
    typeof error === 'object' && error !== null && 'name' in error && 'code' in error && 'message' in error
  );
}
