import { encodeCursor, type Page, type PageRequest } from '#platform';

interface Listed {
  readonly id: string;
  /** ISO 8601. */
  readonly occurredAt: string;
}

/**
 * A page of two lists as if they were one, each ordered by time and id, newest first. Both take the same cursor.
 *
 * @param pages the page of each list, for the cursor and the limit of the whole
 */
export async function newestOfBoth<T extends Listed>(
  request: PageRequest,
  pages: (request: PageRequest) => Promise<readonly Page<T>[]>,
): Promise<{ items: T[]; nextCursor: string | null }> {
  const found = await pages(request);
  const all = found.flatMap(({ items }) => items).sort(newestFirst);
  const items = all.slice(0, request.limit);
  const hasMore = all.length > items.length || found.some(({ nextCursor }) => nextCursor !== null);
  const last = items.at(-1);
  return {
    items,
    nextCursor: hasMore && last !== undefined ? encodeCursor([last.occurredAt, last.id]) : null,
  };
}

function newestFirst(one: Listed, other: Listed): number {
  if (one.occurredAt !== other.occurredAt) return one.occurredAt < other.occurredAt ? 1 : -1;
  return one.id < other.id ? 1 : -1;
}
