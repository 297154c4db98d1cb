/** How the program ends: what scripts decide by. */
export const EXIT = {
  done: 0,
  /** Failed, refused, or something was found: by doctor or verify, or by a look-up that found nobody. */
  failed: 1,
  usage: 2,
  /** Nothing is connected, or a person has to sign in at Google. */
  signInNeeded: 3,
  unreachable: 4,
  /** Deletions wait until a person decides. */
  held: 5,
  interrupted: 130,
} as const;

export const EXIT_CODES: readonly (readonly [number, string])[] = [
  [EXIT.done, 'done'],
  [EXIT.failed, 'failed, refused, or something was found (doctor; verify; a look-up without a match)'],
  [EXIT.usage, 'wrong usage, or a flag is missing where nobody can be asked'],
  [EXIT.signInNeeded, 'nothing is connected, or a person has to sign in at Google'],
  [EXIT.unreachable, 'the service cannot be reached'],
  [EXIT.held, 'deletions are held: a person must decide'],
  [EXIT.interrupted, 'interrupted (Ctrl-C)'],
];
