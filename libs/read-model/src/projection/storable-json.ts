/**
 * JSON whose strings PostgreSQL's text and jsonb take. They refuse U+0000 and lone surrogates: as everywhere in the
 * service the first is removed and the others become U+FFFD, because the contact matters more.
 */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!REFUSED_ESCAPES.test(json)) return json;
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'string' ? member.replaceAll('\u0000', '').toWellFormed() : member,
  );
}

/** JSON.stringify escapes a surrogate only where it stands alone. */
const REFUSED_ESCAPES = /\\u(?:0000|d[89a-f])/;
