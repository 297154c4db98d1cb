/** The types of items, with their OIDs, which PostgreSQL never changes (pg_type.dat). */
const TYPES = { json: 114, text: 25, uuid: 2950 } as const;

/**
 * An array as PostgreSQL takes it from a parameter that is cast to it, such as `$1::text[]`, without anything being
 * escaped or read: as text, or as JSON, a page of contacts costs both sides several times as much
 * (docs/adr/0017-bulk-statements.md). The form is that of array_recv in PostgreSQL's arrayfuncs.c: dimensions, whether
 * there are nulls, the type, length and lower bound, then each item behind its length.
 */
export function binaryArray(type: keyof typeof TYPES, items: readonly (string | null)[]): Buffer {
  const encoding = type === 'uuid' ? 'hex' : 'utf8';
  const texts = type === 'uuid' ? items.map((item) => item?.replaceAll('-', '') ?? null) : items;
  const sizes = texts.map((text) => (text === null ? 0 : Buffer.byteLength(text, encoding)));
  const header = [1, items.includes(null) ? 1 : 0, TYPES[type], items.length, 1];
  const size = sizes.reduce((sum, one) => sum + 4 + one, 4 * header.length);
  const array = Buffer.allocUnsafe(size);
  let at = 0;
  for (const number of header) at = array.writeInt32BE(number, at);
  for (const [index, text] of texts.entries()) {
    const length = sizes[index] ?? 0;
    at = array.writeInt32BE(text === null ? -1 : length, at);
    if (text !== null) at += array.write(text, at, length, encoding);
  }
  return array;
}

/** An array as the text that PostgreSQL reads it from: for an item of another array, whose items may differ in length. */
export function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}

/** A column of rows. */
export function valuesOf<Row, Name extends keyof Row>(rows: readonly Row[], name: Name): Row[Name][] {
  return rows.map((row) => row[name]);
}
