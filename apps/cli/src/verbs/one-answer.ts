import { type Context } from '../context.js';
import { type Answer } from '../rest/service.js';

/** Prints what the service answered: as it is with --json, else as people read it. */
export async function showAnswer<Body>(
  { json, print }: Context,
  { body, text }: Answer<Body>,
  inWords: (body: Body) => string,
): Promise<void> {
  if (!json) await print(inWords(body));
  else if (text !== '') await print(`${text}\n`);
}
