import { contactDetailsShape, type ContactView } from '#contact-events';

import { storableJson } from './storable-json.js';

/** The order that people read them in. */
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

/** A contact as REST answers with it: JSON of a {@link ContactView}, in {@link MEMBERS}' order, as it is stored. */
export type ContactDocument = string;

export function contactDocument(view: ContactView): ContactDocument {
  return storableJson(Object.fromEntries(MEMBERS.map((member) => [member, view[member]])));
}
