import { type ContactEvent, type ContactSnapshot, evolve } from '#contact';

import { digest } from '../snapshots/hashes.js';

/**
 * What the events of a contact say of its snapshot.
 *
 * @param events oldest first
 * @returns null: there are none
 */
export function foldSnapshot(events: readonly ContactEvent[]): ContactSnapshot | null {
  return events.reduce<ContactSnapshot | null>((snapshot, event) => evolve(snapshot, event, digest), null);
}
