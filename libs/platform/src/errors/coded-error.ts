/**
 * An error that whoever asked is told about, whichever way they asked.
 *
 * Its `message` is for people: what happened, to what, what to do next; never contact data.
 */
export class CodedError extends Error {
  override readonly name = 'CodedError';

  /**
   * @param code stable, kebab-case: what programs decide by
   * @param facts what a program needs beside the code, such as `runId`; never contact data
   */
  constructor(
    readonly code: string,
    message: string,
    readonly facts: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
