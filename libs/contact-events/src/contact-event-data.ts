import { type ContactEvent } from '#contact';

import { canonicalJson } from './canonical-json.js';

/**
 * An event's data as it is stored and published: canonical JSON (RFC 8785), so that the same event always has the
 * same bytes.
 */
export function contactEventData({ type, ...data }: ContactEvent): string {
  return canonicalJson(data);
}
