import { encodeCursor } from './cursor.js';
import { type Page } from './keyset-page.js';

/**
 * The page that a statement of our own has read.
 *
 * @param found one row more than the page may have, if there are as many
 * @param placeOf what the cursor behind a row is made of
 */
export function pageOfRows<Row>(
  found: readonly Row[],
  limit: number,
  placeOf: (last: Row) => readonly unknown[],
): Page<Row> {
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor(placeOf(last)) };
}
