/**
 * A copy in an order that depends on the items alone, the primary one first, so that the order in which Google
 * happened to send them is never a change.
 */
export function inCanonicalOrder<T extends object>(items: readonly T[]): T[] {
  if (items.length < 2) return [...items];
  return items
    .map((item) => ({
      item,
      key: `${'primary' in item && item.primary === true ? 0 : 1}${JSON.stringify(item)}`,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ item }) => item);
}
