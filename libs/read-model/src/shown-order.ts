import { contactDetailsShape, type ContactView } from '#contact-events';

/** jsonb keeps members in an order of its own; people read them in this one. */
const MEMBERS = [
  'id',
  'accountId',
  'resourceName',
  'version',
  'deleted',
  'deletedAt',
  'deletedReason',
  ...(Object.keys(contactDetailsShape) as (keyof typeof contactDetailsShape)[]),
  'updatedAt',
  'syncedAt',
] as const satisfies readonly (keyof ContactView)[];

export function inShownOrder(document: ContactView): ContactView {
  return Object.fromEntries(MEMBERS.map((member) => [member, document[member]])) as unknown as ContactView;
}
