import { CodedError } from '#platform';
import { type Request, type Response } from 'express';

import { sendPieces } from '../http/answer-in-pieces.js';
import { credentialIn, maySeeTheSame, principalOf } from '../http/principal.js';
import { callerOf } from '../http/rate-limits/caller.js';
import { limitReached } from '../http/rate-limits/limit-reached.js';

/** Of a process, and of one caller: each holds a part of the contacts while its reader takes it. */
const MOST_EXPORTS = { process: 8, caller: 2 };

/** How long a reader may take for a piece of some 50 contacts. */
const SLOWEST_MS = 60_000;

/** A revoked token is noticed within this time. */
const CHECK_MS = 15_000;

/** The exports of this process: how many, and that each ends with its reader's patience and right to it. */
export class OpenExports {
  private readonly callers: string[] = [];

  constructor(
    private readonly most = MOST_EXPORTS,
    private readonly slowestMs = SLOWEST_MS,
    private readonly checkMs = CHECK_MS,
  ) {}

  /**
   * Does an export in one of the places that there are.
   *
   * @throws CodedError too-many-exports
   */
  async inPlace(request: Request, work: () => Promise<void>): Promise<void> {
    const caller = callerOf(request);
    this.requirePlace(caller);
    this.callers.push(caller);
    try {
      await work();
    } finally {
      this.callers.splice(this.callers.indexOf(caller), 1);
    }
  }

  /** @throws CodedError caller-gone, invalid-api-token; whatever the pieces throw */
  async send(pieces: AsyncIterable<string>, request: Request, response: Response): Promise<void> {
    await sendPieces(this.watched(pieces, request, response), response);
  }

  private async *watched(
    pieces: AsyncIterable<string>,
    request: Request,
    response: Response,
  ): AsyncGenerator<string> {
    let checkedAt = performance.now();
    for await (const piece of pieces) {
      if (performance.now() - checkedAt > this.checkMs) {
        await requireRight(request);
        checkedAt = performance.now();
      }
      // The next one is asked for when the reader has taken this one.
      const timer = setTimeout(() => response.destroy(), this.slowestMs);
      try {
        yield piece;
      } finally {
        clearTimeout(timer);
      }
    }
  }

  private requirePlace(caller: string): void {
    const reached = limitReached(this.callers, caller, this.most);
    if (reached === null) return;
    const { isCallers, count } = reached;
    throw new CodedError(
      'too-many-exports',
      isCallers
        ? `${count} exports of yours go on in this process, and there may be no more. Wait until one has ended.`
        : `${count} exports go on in this process, and there may be no more. Try again later.`,
      { retryAfterSeconds: 15 },
    );
  }
}

/** Whoever may not see contacts any more gets no further. */
async function requireRight(request: Request): Promise<void> {
  const credential = credentialIn(request);
  if (credential === null) return;
  const now = await credential.look();
  if (now !== null && maySeeTheSame(now, principalOf(request))) return;
  throw new CodedError(
    'invalid-api-token',
    'The token or session ended, or was changed, while the export went on.',
  );
}
