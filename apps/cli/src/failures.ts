import { EXIT } from './exit-codes.js';

/** What ends the program in a way that was foreseen: it is told in these words, without a stack. */
export class Failure extends Error {
  readonly exitCode: number;
  readonly code: string | null;
  /** What to do next. */
  readonly next: string | null;
  /** What the service answered; printed unchanged with --json. */
  readonly answer: string | null;

  constructor(
    message: string,
    options: {
      readonly exitCode?: number;
      readonly code?: string | null;
      readonly next?: string | null;
      readonly answer?: string | null;
    } = {},
  ) {
    super(message);
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.code = options.code ?? null;
    this.next = options.next ?? null;
    this.answer = options.answer ?? null;
  }
}

export function wrongUsage(message: string, next: string | null = null): Failure {
  return new Failure(message, { exitCode: EXIT.usage, next });
}
