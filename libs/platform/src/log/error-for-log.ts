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
  const code = codeOf(error);
  return { name: error.name, code, message: insteadOfQuoting(error, code) ?? firstLine(error.message) };
}

/** The class of an error in one word, for metrics and traces: `RateLimited` is `rate-limited`. */
export function errorType(error: unknown): string {
  return (error instanceof Error ? error.name : 'unknown')
    .replaceAll(/(?<=[a-z\d])[A-Z]/g, '-$&')
    .toLowerCase();
}

function codeOf(error: Error): string | null {
  const { code, type, response } = error as { code?: unknown; type?: unknown; response?: unknown };
  // That of an error which was answered is the server's word.
  if (response !== undefined) return null;
  return typeof code === 'string' ? code : typeof type === 'string' ? type : null;
}

/** @returns what to say of an error whose own words quote what it was about; null where they do not */
function insteadOfQuoting(error: Error, code: string | null): string | null {
  if (code !== null && QUOTES_VALUES.test(code)) return 'the database refused a value';
  // A parser shows the text in which it got lost.
  if (error instanceof SyntaxError || error.name === 'SyntaxError') return 'what was read is not well-formed';
  return isOfHttpClient(error) ? ofRequest(error) : null;
}

/** Their words are those of the server, or have the address with all its parameters. */
function isOfHttpClient(
  error: Error,
): error is Error & { readonly response?: { readonly status?: unknown } } {
  return 'response' in error || /^(Axios|Fetch|Gaxios)Error$/.test(error.name);
}

function ofRequest({ response }: { readonly response?: { readonly status?: unknown } }): string {
  const status = response?.status;
  return typeof status === 'number' ? `it was answered with HTTP ${status}` : 'the request failed';
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
