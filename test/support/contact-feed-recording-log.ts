import { type WorkLog } from '#platform';

export interface LogLine {
  readonly level: 'debug' | 'error' | 'info' | 'warn';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that keeps what it was told. */
export function recordingLog(): WorkLog & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at =
    (level: LogLine['level']) =>
    (...words: unknown[]): void => {
      const [first, second] = words;
      lines.push(
        typeof first === 'string'
          ? { level, message: first, fields: {} }
          : { level, message: String(second), fields: first as Record<string, unknown> },
      );
    };
  return { lines, debug: at('debug'), error: at('error'), info: at('info'), warn: at('warn') };
}

export const silentLog: WorkLog = recordingLog();
