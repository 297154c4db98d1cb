/**
 * A person in Google's answer that does not have the shape the People API documents.
 * It is quarantined with its raw payload; it never stops a run.
 */
export class PersonNotUnderstood extends Error {
  override readonly name = 'PersonNotUnderstood';

  /** @param path where in the person, e.g. `phoneNumbers[0].value`; never the value itself, which is personal. */
  constructor(
    readonly path: string,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`${path === '' ? 'The person' : path} should be ${expected}, but is ${found}`);
  }
}
