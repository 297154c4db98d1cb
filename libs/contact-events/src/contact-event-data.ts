import { type ContactEvent } from '#contact';

/** An event's data as it is stored and published, to the byte. */
export function contactEventData({ type, ...data }: ContactEvent): string {
  return canonicalJson(data);
}

/**
 * Canonical JSON (RFC 8785): the same value always has the same bytes. Names are sorted by their UTF-16 code units;
 * numbers and texts are as JSON.stringify writes them, which is what the RFC asks for (its section 3.2.2).
 *
 * @param value plain JSON of well-formed texts; no member's name is a whole number, as JavaScript puts those first
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
