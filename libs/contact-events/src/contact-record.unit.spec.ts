import { describe, expect, it } from '@jest/globals';

import { contactEventData, EventNotUnderstood, readContactEvent } from './index.js';
import { deleted, updated } from './given.spec.js';

describe('A stored event', () => {
  it.each([
    ['an update', updated],
    ['a deletion', deleted],
  ])('given %s, when it is read, then it is the event that was written', (_, event) => {
    expect(readContactEvent(event.type, contactEventData(event))).toEqual(event);
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
    ['another type', 'ContactMoved', `{"name": "${secret}"}`, 'The event type "ContactMoved" is not known'],
  ])('given %s, when it is read, then it is refused without its value', (_, type, data, message) => {
    const read = (): unknown => readContactEvent(type, data);
    expect(read).toThrow(EventNotUnderstood);
    expect(read).toThrow(message);
    expect(read).not.toThrow(new RegExp(secret));
  });
});
