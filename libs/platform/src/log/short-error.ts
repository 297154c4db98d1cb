/** What a log line says of an error. */
export interface LoggedError {
  readonly name: string;
  /** SQLSTATE, a system error's code, or Kafka's error type, where there is one. */
  readonly code: string | null;
  readonly message: string;
}

/** PostgreSQL quotes the offending value in its data exceptions (22…) and integrity violations (23…). */
const QUOTES_VALUES = /^2[23]/;

/** An error without its values: contact data never reaches a log. */
export function errorForLog(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { name: 'unknown', code: null, message: 'not an error' };
  const { code, type } = error as { code?: unknown; type?: unknown };
  const shown = typeof code === 'string' ? code : typeof type === 'string' ? type : null;
  return {
    name: error.name,
    code: shown,
    message:
      shown !== null && QUOTES_VALUES.test(shown) ? 'the database refused a value' : firstLine(error.message),
  };
}

/** What follows may quote the statement and its place. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
