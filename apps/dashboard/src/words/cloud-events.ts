import { type CloudEvent } from '../api/answers.js';
import { Folded } from '../parts/json-view.js';
import { type EventData } from './changes.js';

/** An event for people: of the contact its name and what changed; of the other members how much there is. */
export function foldedEvent(event: CloudEvent): Readonly<Record<string, unknown>> {
  const data: EventData = event.data;
  if (data.contact === undefined) return event;
  return { ...event, data: { ...data, contact: foldedContact(data.contact, data.changedFields ?? []) } };
}

function foldedContact(
  contact: Readonly<Record<string, unknown>>,
  changedFields: readonly string[],
): Readonly<Record<string, unknown>> {
  const shown: Record<string, unknown> = { displayName: contact.displayName };
  let more = 0;
  for (const [name, value] of Object.entries(contact)) {
    if (name === 'displayName' || changedFields.includes(name)) shown[name] = value;
    else if (Array.isArray(value) && value.length > 0) {
      shown[name] = new Folded(`[${value.length} ${value.length === 1 ? 'item' : 'items'}]`);
    } else more++;
  }
  return more === 0 ? shown : { ...shown, '…': new Folded(`${more} more`) };
}

/** More is not read by anybody, and would stand still while it is laid out. */
const MOST_RAW = 40_000;

/** As it is on the topic: the attributes as headers, the data as value. */
export function rawEvent(event: CloudEvent): string {
  const { data, ...attributes } = event;
  const headers = Object.entries(attributes).map(([name, value]) =>
    name === 'datacontenttype' ? `content-type: ${String(value)}` : `ce_${name}: ${String(value)}`,
  );
  const value = JSON.stringify(data);
  const shown =
    value.length > MOST_RAW ? `${value.slice(0, MOST_RAW)}… ${value.length - MOST_RAW} more letters` : value;
  return [...headers, '', shown].join('\n');
}
