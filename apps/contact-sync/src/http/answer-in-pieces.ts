import { pipeline } from 'node:stream/promises';

import { CodedError } from '#platform';
import { type Response } from 'express';

/** The same pieces, with the first one asked for: what fails there can still be refused, and what fails later cannot. */
export async function begun<Piece>(pieces: AsyncGenerator<Piece>): Promise<AsyncIterable<Piece>> {
  const first = await pieces.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* pieces;
  })();
}

/**
 * Sends an answer as fast as its reader takes it. One that breaks off is not ended, so that nobody takes a part for the
 * whole.
 *
 * @throws CodedError caller-gone; whatever the pieces throw
 */
export async function sendPieces(pieces: AsyncIterable<string>, response: Response): Promise<void> {
  try {
    await pipeline(pieces, response);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    throw new CodedError('caller-gone', 'The caller hung up, or took nothing for too long.');
  }
}
