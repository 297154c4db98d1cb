/**
 * An error that a caller of the REST API is told about (RFC 9457).
 *
 * @param code stable, kebab-case: what programs decide by
 * @param detail for people: what happened, to what, what to do next; never contact data
 */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }
}
