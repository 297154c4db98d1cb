/** A copy in the order of keys, which say all that there is to say of an item. */
export function orderedBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  if (items.length < 2) return [...items];
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}

/**
 * A copy in an order that depends on the items alone, the primary one first. Fingerprints are made of it: another order
 * would make an event of every contact that has a list.
 */
export function inCanonicalOrder<T extends object>(items: readonly T[]): T[] {
  return orderedBy(
    items,
    (item) => `${'primary' in item && item.primary === true ? 0 : 1}${JSON.stringify(item)}`,
  );
}
