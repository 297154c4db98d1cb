import { type ContactEvent } from '#contact';
import canonicalize from 'canonicalize';

/**
 * An event's data as it is stored and published: canonical JSON (RFC 8785), so that the same event always has the
 * same bytes.
 */
export function contactEventData({ type, ...data }: ContactEvent): string {
  const text = canonicalize(data);
  if (text === undefined) throw new TypeError(`${type} has no JSON form`);
  return text;
}
