import { CodedError } from '#platform';

import { type DeadLetter, type DeadLetters, type WholeDeadLetter } from './dead-letters.js';

/** @throws CodedError dead-letter-not-found; replayed or discarded, where it is that already */
export async function openLetter(letters: DeadLetters, id: string): Promise<WholeDeadLetter> {
  const letter = await letters.find(id);
  if (letter === null) throw new CodedError('dead-letter-not-found', `There is no dead letter ${id}.`);
  if (letter.state === 'open') return letter;
  throw new CodedError(letter.state, `The dead letter is ${letter.state} already.`);
}

/** @throws CodedError as {@link openLetter} does, where someone else was faster */
export async function closeLetter(
  letters: DeadLetters,
  letter: DeadLetter,
  state: 'replayed' | 'discarded',
): Promise<DeadLetter> {
  if (await letters.close(letter.id, state)) return { ...letter, state };
  return openLetter(letters, letter.id);
}
