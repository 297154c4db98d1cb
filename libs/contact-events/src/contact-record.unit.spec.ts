import { describe, expect, it } from '@jest/globals';
import { type Contact } from '#contact';

import { contactEventData, EventNotUnderstood, readContactEvent } from './index.js';
import { created, deleted, updated } from './given.spec.js';

/** Of `contact`, as the first events had it. */
const FIELDS_OF_VERSION_1 = new Set(
  (
    'id accountId resourceName displayName givenName familyName middleName honorificPrefix honorificSuffix nicknames ' +
    'emailAddresses phoneNumbers organizations addresses birthday urls relations events imClients userDefined biography ' +
    'photoUrl groups updatedAt'
  ).split(' '),
);

describe('A stored event', () => {
  it.each([
    ['an update', updated],
    ['a deletion', deleted],
  ])('given %s, when it is read, then it is the event that was written', (_, event) => {
    expect(readContactEvent(event.type, contactEventData(event))).toEqual(event);
  });

  it('given an update from before a field was added, when it is read, then the contact says nothing there', () => {
    const contact = Object.fromEntries(
      Object.entries(updated.contact).filter(([member]) => FIELDS_OF_VERSION_1.has(member)),
    );
    expect(Object.keys(contact)).toHaveLength(FIELDS_OF_VERSION_1.size);
    expect(readContactEvent('ContactUpdated', JSON.stringify({ ...updated, contact }))).toEqual(updated);
  });

  it('given everything that a contact can say, when it is read, then its members come in the order that hashes are made by', () => {
    const { contact } = created({
      names: [{ givenName: 'a', phoneticGivenName: 'b' }],
      emailAddresses: [{ value: 'a', type: 'b', displayName: 'c' }],
      phoneNumbers: [{ value: 'a', canonicalForm: 'b', type: 'c' }],
      organizations: [
        {
          ...{ name: 'a', title: 'b', department: 'c', phoneticName: 'd', jobDescription: 'e', symbol: 'f' },
          ...{
            domain: 'g',
            location: 'h',
            type: 'i',
            startDate: { year: 1 },
            endDate: { year: 2 },
            current: true,
          },
        },
      ],
      addresses: [{ formattedValue: 'a', type: 'b', city: 'c' }],
      birthdays: [{ text: 'a' }],
      genders: [{ value: 'a', addressMeAs: 'b' }],
      events: [{ date: { year: 1 }, type: 'a' }],
      sipAddresses: [{ value: 'a', type: 'b' }],
      locations: [{ value: 'a', type: 'b' }],
    });
    const read = readContactEvent('ContactUpdated', contactEventData({ ...updated, contact }));
    if (read.type !== 'ContactUpdated') throw new Error('It is another event');
    for (const [member, value] of Object.entries(contact))
      expect([member, JSON.stringify(read.contact[member as keyof Contact])]).toEqual([
        member,
        JSON.stringify(value),
      ]);
  });

  it('given members that a later version added, when it is read, then they are passed over', () => {
    const later = JSON.stringify({ ...deleted, contact: {}, seenBy: 'x' });
    expect(readContactEvent('ContactDeleted', later)).toEqual(deleted);
  });
});

describe('A stored event that is not understood', () => {
  const secret = 'Ada Lovelace';
  const withContact = (fields: object): object => ({
    ...updated,
    contact: { ...updated.contact, ...fields },
  });

  it.each([
    ['contactId', { ...updated, contactId: secret }],
    ['accountId', { ...updated, accountId: undefined }],
    ['resourceName', { ...updated, resourceName: [secret] }],
    ['version', { ...updated, version: 0 }],
    ['version', { ...updated, version: 1.5 }],
    ['runId', { ...updated, runId: secret }],
    ['occurredAt', { ...updated, occurredAt: secret }],
    ['change', { ...updated, change: secret }],
    ['changedFields.1', { ...updated, changedFields: ['urls', secret] }],
    ['contact', { ...updated, contact: secret }],
    ['contact.id', withContact({ id: secret })],
    ['contact.displayName', withContact({ displayName: null })],
    ['contact.nicknames.0', withContact({ nicknames: [{ secret }] })],
    ['contact.emailAddresses', withContact({ emailAddresses: secret })],
    [
      'contact.phoneNumbers.0.canonicalForm',
      withContact({ phoneNumbers: [{ value: secret, type: null, primary: true }] }),
    ],
    ['contact.addresses.0', withContact({ addresses: [secret] })],
    ['contact.birthday.month', withContact({ birthday: { year: null, month: 13, day: null } })],
    ['contact.userDefined.0.value', withContact({ userDefined: [{ key: secret, value: 1 }] })],
    ['contact.updatedAt', withContact({ updatedAt: secret })],
  ])(
    'given an update with a wrong %s, when it is read, then its path is told and its value is not',
    (path, data) => {
      const read = (): unknown => readContactEvent('ContactUpdated', JSON.stringify(data));
      expect(read).toThrow(EventNotUnderstood);
      expect(read).toThrow(`The data of ContactUpdated does not fit its schema at ${path} (`);
      expect(read).not.toThrow(new RegExp(secret));
    },
  );

  it.each([
    ['reason', { ...deleted, reason: secret }],
    ['mergedInto', { ...deleted, mergedInto: secret }],
    ['mergedInto', { ...deleted, mergedInto: undefined }],
  ])(
    'given a deletion with a wrong %s, when it is read, then its path is told and its value is not',
    (path, data) => {
      const read = (): unknown => readContactEvent('ContactDeleted', JSON.stringify(data));
      expect(read).toThrow(`The data of ContactDeleted does not fit its schema at ${path} (`);
      expect(read).not.toThrow(new RegExp(secret));
    },
  );

  it.each([
    ['no JSON', 'ContactUpdated', `{"${secret}`, 'The data is not JSON'],
    ['no object', 'ContactUpdated', `"${secret}"`, 'The data of ContactUpdated does not fit its schema'],
    ['nothing', 'ContactDeleted', 'null', 'The data of ContactDeleted does not fit its schema'],
    ['another type', 'ContactMoved', `{"name": "${secret}"}`, 'The event type is not known'],
  ])('given %s, when it is read, then it is refused without its value', (_, type, data, message) => {
    const read = (): unknown => readContactEvent(type, data);
    expect(read).toThrow(EventNotUnderstood);
    expect(read).toThrow(message);
    expect(read).not.toThrow(new RegExp(secret));
  });
});
