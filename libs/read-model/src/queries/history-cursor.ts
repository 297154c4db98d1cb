import { decodeCursor, encodeCursor } from '#platform';
import { z } from 'zod';

export interface HistoryRequest {
  /** 1 to 1,000. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** Changes of a contact, oldest first. */
export interface HistoryPage {
  readonly accountId: string;
  /** JSON of each. */
  readonly items: readonly string[];
  /** null on the last page. */
  readonly nextCursor: string | null;
}

/** The version of the last item that was shown. */
const place = z.tuple([z.int().min(1).max(2_147_483_647)]);

/** @returns 0: from the beginning. @throws CodedError invalid-cursor */
export function versionBefore({ cursor }: HistoryRequest): number {
  return cursor === undefined ? 0 : decodeCursor(cursor, place)[0];
}

/** @param shown how many of the events are items of the page */
export function cursorBehind(
  events: readonly { readonly version: number }[],
  shown: number,
  hasMore: boolean,
): string | null {
  const last = events[shown - 1];
  return last !== undefined && (hasMore || shown < events.length) ? encodeCursor([last.version]) : null;
}
