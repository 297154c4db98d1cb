/**
 * Something on this machine stands in the way (a missing right, a taken port, a broken folder), and the
 * message tells its owner what it is and what to do. It is printed as it is, without a stack.
 */
export class LocalProblem extends Error {
  override readonly name = 'LocalProblem';
}

/** What a foreign error says, to be quoted in a message of ours. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
