import { type Contact, type ContactDeleted, type ContactUpdated, decide, readPerson } from '#contact';

// Builders for the specs beside the published events; this file holds no spec itself.

export const ACCOUNT = '0f2c4a52-4c43-4c3b-9d5e-6d2f6a1b7c10';
export const CONTACT = '5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a11';
export const OTHER = '5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a12';
export const RUN = '7a1f0a2e-0f5b-4d3c-8a55-0f3f5c0e6a13';

/** The event by which a person becomes a contact. */
export function created(fields: object): ContactUpdated {
  const person = readPerson({ resourceName: 'people/a', ...fields });
  if (person.kind !== 'seen') throw new Error('The person is deleted');
  const [event] = decide({ kind: 'see', contactId: CONTACT, person, last: null }, null, {
    accountId: ACCOUNT,
    runId: RUN,
    now: '2025-01-01T00:00:00.000Z',
    digest: (text) => text,
  });
  if (event?.type !== 'ContactUpdated') throw new Error('The contact was not created');
  return event;
}

export const contact: Contact = created({
  names: [{ displayName: 'Ada Lovelace', givenName: 'Ada' }],
  phoneNumbers: [{ value: '06 12', canonicalForm: '+33612', type: 'mobile' }],
  birthdays: [{ date: { month: 12, day: 10 } }],
}).contact;

export const updated: ContactUpdated = {
  type: 'ContactUpdated',
  contactId: CONTACT,
  accountId: ACCOUNT,
  resourceName: 'people/a',
  version: 2,
  change: 'updated',
  changedFields: ['phoneNumbers'],
  contact,
  runId: RUN,
  occurredAt: '2025-01-02T03:04:05.678Z',
};

export const deleted: ContactDeleted = {
  type: 'ContactDeleted',
  contactId: CONTACT,
  accountId: ACCOUNT,
  resourceName: 'people/a',
  version: 3,
  reason: 'merged',
  mergedInto: OTHER,
  runId: RUN,
  occurredAt: '2025-01-03T00:00:00.000Z',
};
