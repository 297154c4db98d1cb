import { describe, expect, it } from '@jest/globals';
import { fingerprint, readPerson } from '#contact';

import { digest, rawHash } from './hashes.js';

const primary = { metadata: { primary: true, source: { type: 'CONTACT', id: '1' } } };

const person = () => ({
  resourceName: 'people/a',
  etag: '%1',
  metadata: {
    sources: [{ type: 'CONTACT', id: '1', etag: '#1', updateTime: '2026-01-01T00:00:00Z' }],
    objectType: 'PERSON',
  },
  names: [
    {
      ...primary,
      displayName: 'Dr Ada K Lovelace Jr',
      honorificPrefix: 'Dr',
      givenName: 'Ada',
      middleName: 'K',
      familyName: 'Lovelace',
      honorificSuffix: 'Jr',
    },
    { displayName: 'Countess' },
  ],
  nicknames: [{ value: 'Addie' }],
  emailAddresses: [{ ...primary, value: 'ada@example.org', type: 'work' }, { value: 'a@example.org' }],
  phoneNumbers: [{ value: '06 12', canonicalForm: '+33612', type: 'mobile' }],
  organizations: [{ name: 'Engines', title: 'Analyst', department: 'Notes' }],
  addresses: [{ formattedValue: '1 Rue\nParis', streetAddress: '1 Rue', city: 'Paris', countryCode: 'FR' }],
  birthdays: [{ date: { month: 12, day: 10 } }],
  urls: [{ value: 'https://example.org', type: 'homePage' }],
  relations: [{ person: 'Byron', type: 'father' }],
  events: [{ type: 'anniversary', date: { year: 1835, month: 7, day: 8 } }],
  imClients: [{ username: 'ada', protocol: 'jabber', type: 'home' }],
  userDefined: [{ key: 'k', value: 'v' }],
  biographies: [{ value: 'Notes on the engine' }],
  photos: [{ url: 'https://example.org/p.jpg' }, { url: 'https://example.org/d.jpg', default: true }],
  memberships: [{ contactGroupMembership: { contactGroupResourceName: 'contactGroups/myContacts' } }],
});

describe('The hash of a raw person', () => {
  it('is the same when only etags, update times and the order of items differ', () => {
    const other = person();
    other.etag = '%2';
    other.metadata.sources[0] = {
      type: 'CONTACT',
      id: '1',
      etag: '#2',
      updateTime: '2026-02-02T00:00:00Z',
    };
    other.emailAddresses.reverse();
    other.names.reverse();

    expect(rawHash(other)).toBe(rawHash(person()));
  });

  it.each<[string, (raw: ReturnType<typeof person>) => void]>([
    ['a value', (raw) => (raw.emailAddresses[1] = { value: 'b@example.org' })],
    ['an item more', (raw) => raw.nicknames.push({ value: 'Ada' })],
    [
      'which item is the primary one',
      (raw) => (raw.emailAddresses[1] = { ...primary, value: 'a@example.org' }),
    ],
    ['its name', (raw) => (raw.resourceName = 'people/b')],
    [
      'a source id',
      (raw) => (raw.metadata.sources[0] = { type: 'CONTACT', id: '2', etag: '', updateTime: '' }),
    ],
    [
      'an update time that a user wrote',
      (raw) => Object.assign(raw, { userDefined: [{ key: 'updateTime', value: 'x' }] }),
    ],
    ['previous names', (raw) => Object.assign(raw.metadata, { previousResourceNames: ['people/z'] })],
    ['a member that nobody knows yet', (raw) => Object.assign(raw, { skills: [{ value: 'x' }] })],
  ])('differs where %s does', (_, change) => {
    const other = person();
    change(other);

    expect(rawHash(other)).not.toBe(rawHash(person()));
  });

  it('tells items from the text of one item', () => {
    const items = (nicknames: unknown) => ({ ...person(), nicknames });

    expect(rawHash(items(['a', 'b']))).not.toBe(rawHash(items(['a\n "b"'])));
  });

  /**
   * When this fails, the rules by which persons are read or compared have changed: raise READING_RULES in raw-hash.ts,
   * or contacts that are as they were at Google will not be read by the new ones. Then pin what comes out here.
   */
  it('belongs to the rules by which persons are read and compared', () => {
    const read = readPerson(person());
    if (read.kind !== 'seen') throw new Error('The person was deleted');

    expect(digest(JSON.stringify(read.details))).toBe('2GQWtPnTGwTV4U2d2rLeKM');
    expect(fingerprint(read.details, digest)).toBe('6Kqc7vh28ZWZtranEhbdgN');
    expect(rawHash(person())).toBe('Ack1baJwXMHSMzXJjaja27');
  });
});
