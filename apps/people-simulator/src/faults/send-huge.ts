import { type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';

const CHUNK = 'x'.repeat(65_536);

/** The same JSON object with a `padding` of that size at its end, streamed, never held in memory. */
export async function sendHuge(response: ServerResponse, text: string, megabytes: number): Promise<void> {
  const open = text.trimEnd().replace(/}$/, '');
  const chunks = function* (): Generator<string> {
    yield `${open}${open.length > 1 ? ',' : ''}"padding":"`;
    for (let left = Math.round(megabytes * 1_048_576); left > 0; left -= CHUNK.length) {
      yield left < CHUNK.length ? CHUNK.slice(0, left) : CHUNK;
    }
    yield '"}';
  };
  // Clients are expected to hang up in the middle.
  await pipeline(chunks, response).catch(() => undefined);
}
