import { type Contact } from '#contact';

import { groupName } from '../groups.js';
import { basicDate, isoDate } from '../partial-date.js';
import { Card, type Parameters } from './card.js';
import { escapedComponent, isPlainParameter } from './content-line.js';
import { chatScheme, OTHER_CHAT, TYPES } from './types.js';

/** 4.0 is that of RFC 6350, 3.0 that of RFC 2426, which is what phones and Outlook take. */
export const VCARD_VERSIONS = ['4.0', '3.0'] as const;
export type VCardVersion = (typeof VCARD_VERSIONS)[number];

const PRODUCT = '-//contactstream//contactstream//EN';

/** Before what no standard, nor any common reader, has a property for. */
const OWN = 'X-CONTACTSTREAM-';

/** The vCard of a contact, to its last line's end. What becomes of which member is in docs/export.md. */
export function vCard(contact: Contact, version: VCardVersion): string {
  return new VCardWriter(contact, version).text();
}

class VCardWriter {
  private readonly card: Card;
  private readonly isNew: boolean;

  constructor(
    private readonly contact: Contact,
    private readonly version: VCardVersion,
  ) {
    this.isNew = version === '4.0';
    this.card = new Card(this.isNew);
  }

  text(): string {
    const { card, contact } = this;
    card.add('BEGIN', 'VCARD');
    card.add('VERSION', this.version);
    card.add('PRODID', PRODUCT);
    card.add('UID', `urn:uuid:${contact.id}`);
    const time = new Date(contact.updatedAt).toISOString().replace(/\.\d+/, '');
    card.add('REV', this.isNew ? time.replaceAll(/[-:]/g, '') : time);
    this.name();
    this.points();
    this.employment();
    this.dates();
    this.person();
    this.rest();
    card.add('END', 'VCARD');
    return card.toString();
  }

  private name(): void {
    const { card, contact } = this;
    card.addText('FN', contact.displayName);
    const { fileAs } = contact;
    const isParameter = this.isNew && fileAs !== null && isPlainParameter(fileAs);
    card.addStructure(
      'N',
      [
        contact.familyName,
        contact.givenName,
        contact.middleName,
        contact.honorificPrefix,
        contact.honorificSuffix,
      ],
      { 'SORT-AS': isParameter ? `"${fileAs}"` : undefined },
    );
    if (!isParameter) card.addText(this.isNew ? `${OWN}FILE-AS` : 'SORT-STRING', fileAs);
    // A line each: of a list, some readers take the first.
    for (const nickname of contact.nicknames) card.addText('NICKNAME', nickname);
    card.addText('X-PHONETIC-FIRST-NAME', contact.phoneticGivenName);
    card.addText('X-PHONETIC-MIDDLE-NAME', contact.phoneticMiddleName);
    card.addText('X-PHONETIC-LAST-NAME', contact.phoneticFamilyName);
    card.addText(`${OWN}PHONETIC-NAME`, contact.phoneticFullName);
    card.addText(`${OWN}PHONETIC-PREFIX`, contact.phoneticHonorificPrefix);
    card.addText(`${OWN}PHONETIC-SUFFIX`, contact.phoneticHonorificSuffix);
  }

  /** By what the person is reached. */
  private points(): void {
    const { card, contact } = this;
    for (const { value, displayName, ...email } of contact.emailAddresses) {
      const [parameters, group] = this.labelled(email, TYPES.places, displayName !== undefined);
      card.addText('EMAIL', value, parameters, group);
      card.addText(`${OWN}EMAIL-NAME`, displayName, {}, group);
    }
    for (const { value, ...phone } of contact.phoneNumbers) {
      const [parameters, group] = this.labelled(phone, TYPES.phones);
      // As it was written: readers show a tel: URI bare. That it is text is said where some expect a URI.
      const asText = { ...parameters, VALUE: this.isNew ? 'text' : undefined };
      card.addText('TEL', value, asText, group);
    }
    for (const address of contact.addresses) this.address(address);
    for (const { value, ...url } of contact.urls) {
      const [parameters, group] = this.labelled(url, TYPES.places);
      card.addUri('URL', value, parameters, group);
    }
    for (const client of contact.imClients) this.chat(client);
    for (const { value, ...sip } of contact.sipAddresses) {
      const [parameters, group] = this.labelled(sip, TYPES.places);
      card.addText('X-SIP', value, parameters, group);
    }
    for (const { value, ...calendar } of contact.calendarUrls) {
      const [parameters, group] = this.labelled(calendar, TYPES.places);
      card.addUri('CALURI', value, parameters, group);
    }
  }

  private address({ formattedValue, countryCode, ...address }: Contact['addresses'][number]): void {
    const { poBox, extendedAddress, streetAddress, city, region, postalCode, country } = address;
    const parts: (string | null)[] = [
      poBox,
      extendedAddress,
      streetAddress,
      city,
      region,
      postalCode,
      country,
    ];
    // Google derives it from the parts; where there are none, readers show the street.
    if (!parts.some((part) => part !== null)) parts[2] = formattedValue;
    const isCode = this.isNew && countryCode !== null && isPlainParameter(countryCode);
    const code = isCode ? `"${countryCode}"` : undefined;
    const [parameters, group] = this.labelled(address, TYPES.places, countryCode !== null && !isCode);
    this.card.addStructure('ADR', parts, { ...parameters, CC: code }, group);
    if (!isCode) this.card.addText('X-ABADR', countryCode, {}, group);
  }

  private chat({ username, protocol, ...client }: Contact['imClients'][number]): void {
    const scheme = protocol === null ? null : chatScheme(protocol);
    const [parameters, group] = this.labelled(client, TYPES.places, protocol !== null && scheme === null);
    const service = scheme === null ? undefined : (protocol ?? undefined);
    const address = encodeURIComponent(username).replaceAll('%40', '@');
    const named = { 'X-SERVICE-TYPE': service, ...parameters };
    this.card.add('IMPP', `${scheme ?? OTHER_CHAT}:${address}`, named, group);
    if (scheme === null) this.card.addText(`${OWN}PROTOCOL`, protocol, {}, group);
  }

  private employment(): void {
    const { card, contact } = this;
    for (const { name, title, department, primary, ...more } of contact.organizations) {
      const preference = this.preference({ primary });
      const isAlone = contact.organizations.length === 1 && Object.keys(more).length === 0;
      const group = isAlone ? null : card.group();
      if (name !== null || department !== null || title === null)
        card.addStructure('ORG', department === null ? [name] : [name, department], preference, group);
      card.addText('TITLE', title, preference, group);
      card.addText('X-PHONETIC-ORG', more.phoneticName, {}, group);
      card.addText(`${OWN}ORG-DESCRIPTION`, more.jobDescription, {}, group);
      card.addText(`${OWN}ORG-SYMBOL`, more.symbol, {}, group);
      card.addText(`${OWN}ORG-DOMAIN`, more.domain, {}, group);
      card.addText(`${OWN}ORG-LOCATION`, more.location, {}, group);
      if (more.startDate !== undefined) card.addText(`${OWN}ORG-START`, isoDate(more.startDate), {}, group);
      if (more.endDate !== undefined) card.addText(`${OWN}ORG-END`, isoDate(more.endDate), {}, group);
      if (more.current !== undefined) card.add(`${OWN}ORG-CURRENT`, String(more.current), {}, group);
      card.addText('X-ABLabel', more.type, {}, group);
    }
    for (const occupation of contact.occupations) card.addText('ROLE', occupation);
  }

  private dates(): void {
    const { birthday, events } = this.contact;
    if (birthday !== null) this.date('BDAY', birthday, null, birthday.text);
    // 4.0 has a place for one.
    const anniversary = this.isNew ? events.find(({ type }) => type === 'anniversary') : undefined;
    for (const event of events) {
      if (event === anniversary) {
        this.date('ANNIVERSARY', event, null);
        continue;
      }
      const [, group] = this.labelled(event, TYPES.none);
      this.date('X-ABDATE', event, group);
    }
  }

  private date(
    name: string,
    date: NonNullable<Contact['birthday']>,
    group: string | null,
    typed?: string,
  ): void {
    const { card } = this;
    if (typed !== undefined) {
      card.addText(this.isNew ? name : OWN + name, typed, this.isNew ? { VALUE: 'text' } : {}, group);
      return;
    }
    const { year, month, day } = date;
    if (this.isNew) {
      const basic = basicDate(date);
      if (basic !== null) card.add(name, basic, {}, group);
      else card.addText(name, isoDate(date), { VALUE: 'text' }, group);
    } else if (month !== null && day !== null) {
      // Apple's way to say that the year is not known, which others have taken over.
      const isWithoutYear = year === null;
      const whole = isoDate({ year: year ?? 1604, month, day });
      card.add(name, whole, { 'X-APPLE-OMIT-YEAR': isWithoutYear ? '1604' : undefined }, group);
    } else {
      card.addText(`${OWN}${name.replace('X-AB', '')}`, isoDate(date), {}, group);
    }
  }

  /** What else tells of the person. */
  private person(): void {
    const { card, contact } = this;
    const { gender } = contact;
    if (this.isNew) {
      if (gender?.value != null) card.add('GENDER', genderValue(gender.value));
      card.addText('PRONOUNS', gender?.addressMeAs);
    } else {
      card.addText('X-GENDER', gender?.value);
      card.addText('X-PRONOUNS', gender?.addressMeAs);
    }
    for (const { person, ...relation } of contact.relations) {
      if (this.isNew) {
        const [parameters, group] = this.labelled(relation, TYPES.relations);
        card.addText('RELATED', person, { ...parameters, VALUE: 'text' }, group);
      } else {
        const [, group] = this.labelled(relation, TYPES.none);
        card.addText('X-ABRELATEDNAMES', person, {}, group);
      }
    }
    for (const interest of contact.interests) card.addText(this.isNew ? 'INTEREST' : 'X-INTEREST', interest);
    for (const locale of contact.locales) {
      if (this.isNew && /^[A-Za-z\d-]+$/.test(locale)) card.add('LANG', locale);
      else card.addText(`${OWN}LOCALE`, locale);
    }
  }

  private rest(): void {
    const { card, contact } = this;
    for (const [name, items] of [
      ['LOCATION', contact.locations],
      ['EXTERNAL-ID', contact.externalIds],
      ['KEYWORD', contact.miscKeywords],
    ] as const) {
      for (const { value, ...item } of items) {
        const [, group] = this.labelled(item, TYPES.none);
        card.addText(OWN + name, value, {}, group);
      }
    }
    for (const { key, value } of contact.userDefined) {
      const [, group] = this.labelled({ type: key }, TYPES.none);
      card.addText(`${OWN}FIELD`, value, {}, group);
    }
    card.addText('NOTE', contact.biography);
    if (contact.photoUrl !== null)
      card.addUri('PHOTO', contact.photoUrl, { VALUE: this.isNew ? undefined : 'uri' });
    const names = contact.groups.map(groupName).filter((name) => name !== null);
    card.addTexts('CATEGORIES', names);
    for (const group of contact.groups) if (groupName(group) === null) card.addText(`${OWN}GROUP`, group);
  }

  /**
   * The parameters of a value that has a label and may be primary. A label that vCard has no type for is a line of its own,
   * under the value's group.
   */
  private labelled(
    { type, primary = false }: { readonly type: string | null; readonly primary?: boolean },
    types: Readonly<Record<string, readonly string[]>>,
    needsGroup = false,
  ): [Parameters, string | null] {
    const known = type === null ? [] : types[type];
    const group = known === undefined || needsGroup ? this.card.group() : null;
    if (known === undefined) this.card.addText('X-ABLabel', type, {}, group);
    return [this.preference({ primary }, known), group];
  }

  private preference({ primary }: { readonly primary: boolean }, types: readonly string[] = []): Parameters {
    if (this.isNew) return { TYPE: types, PREF: primary ? '1' : undefined };
    return { TYPE: primary ? [...types, 'pref'] : types };
  }
}

/** Google's words for the letters of RFC 6350; anything else is text, which stands behind the letter. */
function genderValue(value: string): string {
  const letter = { male: 'M', female: 'F', unspecified: 'U' }[value];
  return letter ?? `;${escapedComponent(value)}`;
}
