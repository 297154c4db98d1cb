import { type Contact } from '../api/contacts.js';

/** A contact as vCard 4.0 (RFC 6350), as far as address books everywhere read it. */
export function vCard(contact: Contact): string {
  const { displayName, givenName, familyName, middleName, honorificPrefix, honorificSuffix } = contact;
  const [main] = contact.organizations;
  const lines = [
    'BEGIN:VCARD',
    'VERSION:4.0',
    `FN:${escaped(displayName)}`,
    `N:${[familyName, givenName, middleName, honorificPrefix, honorificSuffix].map(escaped).join(';')}`,
    ...contact.nicknames.map((name) => `NICKNAME:${escaped(name)}`),
    ...contact.phoneNumbers.map(({ value, type }) => `TEL${kind(type)}:${escaped(value)}`),
    ...contact.emailAddresses.map(({ value, type }) => `EMAIL${kind(type)}:${escaped(value)}`),
    ...(main === undefined ? [] : [`ORG:${[main.name, main.department].map(escaped).join(';')}`]),
    ...(main?.title == null ? [] : [`TITLE:${escaped(main.title)}`]),
    ...contact.addresses.map(
      (one) =>
        `ADR${kind(one.type)}:${[one.poBox, one.extendedAddress, one.streetAddress, one.city, one.region, one.postalCode, one.country].map(escaped).join(';')}`,
    ),
    ...contact.urls.map(({ value }) => `URL:${escaped(value)}`),
    ...(contact.biography === null ? [] : [`NOTE:${escaped(contact.biography)}`]),
    `UID:urn:uuid:${contact.id}`,
    'END:VCARD',
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function escaped(text: string | null | undefined): string {
  return (text ?? '').replaceAll(/[\\;,]/g, String.raw`\$&`).replaceAll(/\r?\n/g, String.raw`\n`);
}

function kind(type: string | null): string {
  return type === null || !/^[\w-]+$/.test(type) ? '' : `;TYPE=${type}`;
}
