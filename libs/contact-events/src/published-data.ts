import { canonicalJson } from './contact-event-data.js';

/** The largest value on a topic, in bytes of UTF-8 before compression. */
export const LARGEST_VALUE_BYTES = 512 * 1024;

/** What tells contacts apart is never cut. */
const KEPT = new Set([
  '/contact/id',
  '/contact/accountId',
  '/contact/resourceName',
  '/contact/updatedAt',
  '/before/resourceName',
]);

/**
 * An event's data as it is published: as it is stored, unless that is more than {@link LARGEST_VALUE_BYTES}. Then the
 * longest texts of the contact, as it is and as it was, are cut, the longest first (among equals the one whose JSON pointer comes first), each to as
 * many code points as fit or to none, until the value fits; `truncatedFields` names them by JSON pointer, in order.
 *
 * This rule is frozen: an event must have the same bytes each time it is sent (docs/adr/0021-large-contacts.md).
 *
 * @param data canonical JSON
 */
export function publishedData(data: string): string {
  if (Buffer.byteLength(data) <= LARGEST_VALUE_BYTES) return data;
  const value = JSON.parse(data) as Record<string, unknown>;
  const texts = [...textsOf(value.contact, '/contact'), ...textsOf(value.before, '/before')]
    .filter(({ pointer }) => !KEPT.has(pointer))
    .map((text) => ({ ...text, bytes: Buffer.byteLength(text.text) }))
    .sort((a, b) => b.bytes - a.bytes || (a.pointer < b.pointer ? -1 : 1));

  const truncatedFields: string[] = [];
  const sizeWith = (place: TextPlace, text: string): number => {
    place.put(text);
    return Buffer.byteLength(canonicalJson({ ...value, truncatedFields: truncatedFields.toSorted() }));
  };
  for (const place of texts) {
    truncatedFields.push(place.pointer);
    if (sizeWith(place, '') > LARGEST_VALUE_BYTES) continue;
    const codePoints = Array.from(place.text);
    let fits = 0;
    let tooMany = codePoints.length + 1;
    while (tooMany - fits > 1) {
      const middle = Math.floor((fits + tooMany) / 2);
      if (sizeWith(place, codePoints.slice(0, middle).join('')) > LARGEST_VALUE_BYTES) tooMany = middle;
      else fits = middle;
    }
    place.put(codePoints.slice(0, fits).join(''));
    break;
  }
  return canonicalJson({ ...value, truncatedFields: truncatedFields.toSorted() });
}

interface TextPlace {
  readonly pointer: string;
  readonly text: string;
  put(text: string): void;
}

function textsOf(parent: unknown, path: string): TextPlace[] {
  if (typeof parent !== 'object' || parent === null) return [];
  const members = parent as Record<string, unknown>;
  return Object.entries(members).flatMap(([name, value]) => {
    // RFC 6901: ~ and / in a name are written ~0 and ~1.
    const pointer = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (typeof value !== 'string') return textsOf(value, pointer);
    return [{ pointer, text: value, put: (text: string) => (members[name] = text) }];
  });
}
