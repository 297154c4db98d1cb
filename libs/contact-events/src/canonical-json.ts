/**
 * Canonical JSON (RFC 8785): the same value always has the same bytes. Names are sorted by their UTF-16 code units;
 * numbers and texts are as JSON.stringify writes them, which is what the RFC asks for (its section 3.2.2).
 *
 * @param value plain JSON of well-formed texts, in which no name is a whole number: those would always come first
 */
export function canonicalJson(value: object): string {
  return JSON.stringify(inOrder(value));
}

function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const members = value as Record<string, unknown>;
  const ordered: Record<string, unknown> = {};
  for (const name of Object.keys(members).sort()) ordered[name] = inOrder(members[name]);
  return ordered;
}
