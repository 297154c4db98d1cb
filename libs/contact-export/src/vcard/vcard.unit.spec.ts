import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import { type Contact } from '#contact';

import { CONTACTS, NOBODY } from '../support/arbitrary-contact.spec.js';
import { contactInVCard, type HeldContact } from '../support/contact-in-vcard.spec.js';
import {
  type Property,
  PYTHON_WITH_VOBJECT,
  readByIcalJs,
  readByVobject,
} from '../support/read-vcards.spec.js';
import { VCARD_VERSIONS, vCard, type VCardVersion } from './vcard.js';

/** All that a vCard cannot hold: this, and the rest of docs/export.md, are one list. */
function heldBy({ accountId, resourceName, ...contact }: Contact): HeldContact {
  const held = {
    ...contact,
    updatedAt: contact.updatedAt.replace(/\.\d+/, '.000'),
    phoneNumbers: contact.phoneNumbers.map(({ canonicalForm, ...phone }) => phone),
    addresses: contact.addresses.map(({ formattedValue, ...address }) => {
      const { type, primary, countryCode, ...parts } = address;
      const isWithoutParts = Object.values(parts).every((part) => part === null);
      return isWithoutParts ? { ...address, streetAddress: formattedValue } : address;
    }),
    // Google's own come first.
    groups: contact.groups.toSorted((one, other) => Number(/\d/.test(one)) - Number(/\d/.test(other))),
  };
  return JSON.parse(JSON.stringify(held), (_, value: unknown) =>
    typeof value === 'string' ? withoutControls(value) : value,
  ) as HeldContact;
}

/** Line breaks become LF, control characters have no place. */
function withoutControls(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n').replaceAll(/(?![\t\n\u0080-\u009f])\p{Cc}/gu, '');
}

function compare(contacts: readonly Contact[], cards: readonly (readonly Property[])[]): void {
  expect(cards).toHaveLength(contacts.length);
  for (const [index, card] of cards.entries()) {
    const contact = contacts[index];
    if (contact === undefined) continue;
    const [read, held] = [contactInVCard(card), heldBy(contact)];
    if (!isDeepStrictEqual(read, held)) expect(read).toEqual(held);
  }
}

const textOf = (contacts: readonly Contact[], version: VCardVersion): string =>
  contacts.map((contact) => vCard(contact, version)).join('');

describe.each(VCARD_VERSIONS)('A vCard %s', (version) => {
  it('says all of a contact to ical.js', () => {
    compare(CONTACTS, readByIcalJs(textOf(CONTACTS, version)));
  });

  it('has lines of 75 octets at most, each of whole characters, and ends them as it has to', () => {
    const text = textOf(CONTACTS.slice(0, 200), version);
    expect(text.endsWith('\r\nEND:VCARD\r\n')).toBe(true);
    const wrong = text
      .split('\r\n')
      .filter((line) => Buffer.byteLength(line) > 75 || /(?!\t)[\0-\x1f\ufffd]/.test(line));
    expect(wrong).toEqual([]);
  });

  it('says what it is of, and of when', () => {
    const lines = vCard({ ...NOBODY, displayName: 'Ada' }, version).split('\r\n');
    expect(lines).toEqual([
      'BEGIN:VCARD',
      `VERSION:${version}`,
      'PRODID:-//contactstream//contactstream//EN',
      `UID:urn:uuid:${NOBODY.id}`,
      version === '4.0' ? 'REV:20261129T091500Z' : 'REV:2026-11-29T09:15:00Z',
      'FN:Ada',
      'N:;;;;',
      'END:VCARD',
      '',
    ]);
  });
});

const isVobjectHere = PYTHON_WITH_VOBJECT !== undefined;
if (!isVobjectHere && process.env.CI === 'true') {
  throw new Error('CI=true, but vobject is missing, and would not read. apt-get install python3-vobject');
}
const describeWithVobject = isVobjectHere ? describe : describe.skip;

describeWithVobject(
  `A vCard 3.0${isVobjectHere ? '' : ' (skipped: python3-vobject is not installed)'}`,
  () => {
    it('says all of a contact to vobject', () => {
      // It cuts what it does not know at a comma. The long one takes it minutes.
      const uri = <T extends { readonly value: string }>(url: T): T => ({
        ...url,
        value: url.value.replaceAll(',', '.'),
      });
      const contacts = CONTACTS.slice(1, 301).map((contact) => ({
        ...contact,
        urls: contact.urls.map(uri),
        calendarUrls: contact.calendarUrls.map(uri),
        photoUrl: contact.photoUrl?.replaceAll(',', '.') ?? null,
      }));
      compare(contacts, readByVobject(textOf(contacts, '3.0')));
    });
  },
);

describe('What common readers look for', () => {
  const contact: Contact = {
    ...NOBODY,
    displayName: 'Ada Lovelace',
    givenName: 'Ada',
    familyName: 'Lovelace',
    phoneNumbers: [
      { value: '+33 6 12 34 56 78', canonicalForm: '+33612345678', type: 'mobile', primary: true },
      { value: '01 42 68 53 00', canonicalForm: '+33142685300', type: 'Ferienhaus', primary: false },
    ],
    birthday: { year: null, month: 12, day: 10 },
    events: [{ type: 'anniversary', year: 1835, month: 7, day: 8 }],
    relations: [{ person: 'William', type: 'spouse' }],
    imClients: [{ username: 'ada@example.org', protocol: 'jabber', type: null }],
    photoUrl: 'https://lh3.example/photo',
    groups: ['contactGroups/myContacts', 'contactGroups/1a2b'],
  };
  const lines = (version: VCardVersion): string[] => vCard(contact, version).split('\r\n');

  it('is there in 4.0', () => {
    expect(lines('4.0')).toEqual(
      expect.arrayContaining([
        'TEL;TYPE=cell;PREF=1;VALUE=text:+33 6 12 34 56 78',
        'item1.X-ABLabel:Ferienhaus',
        'item1.TEL;VALUE=text:01 42 68 53 00',
        'BDAY:--1210',
        'ANNIVERSARY:18350708',
        'RELATED;TYPE=spouse;VALUE=text:William',
        'IMPP;X-SERVICE-TYPE=jabber:xmpp:ada@example.org',
        'PHOTO:https://lh3.example/photo',
        'CATEGORIES:myContacts',
      ]),
    );
  });

  it('is there in 3.0', () => {
    expect(lines('3.0')).toEqual(
      expect.arrayContaining([
        'TEL;TYPE=cell,pref:+33 6 12 34 56 78',
        'BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10',
        'X-ABLabel:anniversary'.replace(/^/, 'item2.'),
        'item2.X-ABDATE:1835-07-08',
        'item3.X-ABLabel:spouse',
        'item3.X-ABRELATEDNAMES:William',
        'PHOTO;VALUE=uri:https://lh3.example/photo',
      ]),
    );
  });
});
