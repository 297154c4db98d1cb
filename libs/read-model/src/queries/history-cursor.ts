import { decodeCursor, encodeCursor } from '#platform';
import { z } from 'zod';

/** `-` before it: the newest first. */
export const HISTORY_SORTS = ['version', '-version'] as const;

export interface HistoryRequest {
  readonly sort?: (typeof HISTORY_SORTS)[number] | undefined;
  /** 1 to 1,000. */
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

/** Changes of a contact. */
export interface HistoryPage {
  readonly accountId: string;
  /** JSON of each. */
  readonly items: readonly string[];
  /** null on the last page. */
  readonly nextCursor: string | null;
}

/** The version of the last item that was shown; backwards too, it leads nowhere in a list of the other order. */
const version = z.int().min(1).max(2_147_483_647);
const place = z.tuple([version]);
const placeBackwards = z.tuple([version, z.literal('-version')]);

/** Which versions come next. @throws CodedError invalid-cursor */
export function versionsBehind({ cursor, sort = 'version' }: HistoryRequest): {
  readonly afterVersion?: number;
  readonly beforeVersion?: number;
  readonly isBackwards: boolean;
} {
  const isBackwards = sort === '-version';
  if (cursor === undefined) return { isBackwards };
  return isBackwards
    ? { isBackwards, beforeVersion: decodeCursor(cursor, placeBackwards)[0] }
    : { isBackwards, afterVersion: decodeCursor(cursor, place)[0] };
}

/** @param shown how many of the events are items of the page */
export function cursorBehind(
  { sort = 'version' }: HistoryRequest,
  events: readonly { readonly version: number }[],
  shown: number,
  hasMore: boolean,
): string | null {
  const last = events[shown - 1];
  if (last === undefined || (!hasMore && shown === events.length)) return null;
  return encodeCursor(sort === 'version' ? [last.version] : [last.version, sort]);
}
