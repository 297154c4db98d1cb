/** What a message or a log line says of an error, without its values: contact data and tokens never reach a log. */
export interface LoggedError {
  readonly name: string;
  /** SQLSTATE, a system error's code, or Kafka's error type, where there is one. */
  readonly code: string | null;
  readonly message: string;
}

/** PostgreSQL quotes the offending value in its data exceptions (22…) and integrity violations (23…). */
const QUOTES_VALUES = /^2[23]/;

/** The short form. */
export function errorForLog(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { name: 'unknown', code: null, message: 'not an error' };
  const { code, type } = error as { code?: unknown; type?: unknown };
  const shown = typeof code === 'string' ? code : typeof type === 'string' ? type : null;
  const isSecret = shown !== null && QUOTES_VALUES.test(shown);
  return {
    name: error.name,
    code: shown,
    message: isSecret ? 'the database refused a value' : firstLine(error.message),
  };
}

/**
 * The long form, pino's serializer: also where it happened and what caused it, but none of the requests, answers and
 * parameters that libraries hang on their errors. What is in the short form already stays as it is.
 */
export function serializeError(error: unknown): object {
  if (!(error instanceof Error)) return isShort(error) ? error : errorForLog(error);
  return {
    ...errorForLog(error),
    at: error.stack
      ?.split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 6)
      .map((line) => line.trim()),
    ...(error.cause instanceof Error ? { cause: serializeError(error.cause) } : {}),
  };
}

/** What follows may quote the statement and its place. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

function isShort(error: unknown): error is LoggedError {
  return (
    typeof error === 'object' && error !== null && 'name' in error && 'code' in error && 'message' in error
  );
}
