import { inCanonicalOrder } from './canonical-order.js';
import { type Address, type ContactDetails, type DetailField, DETAIL_FIELDS } from './contact.js';

/** Maps text to a short text that differs where the text does (a cryptographic digest, brought by the caller). */
export type Digest = (text: string) => string;

/**
 * One digest over every field that is not empty: two sightings of a contact differ visibly exactly if their
 * fingerprints differ. A field that is added to contacts some day changes only those that have it.
 */
export function fingerprint(details: ContactDetails, digest: Digest): string {
  const said: [DetailField, unknown][] = [];
  for (const field of DETAIL_FIELDS) {
    const value = comparable(details, field);
    if (!isEmpty(value)) said.push([field, value]);
  }
  return digest(JSON.stringify(said));
}

/** The fields that make two fingerprints differ. */
export function changedFields(before: ContactDetails, after: ContactDetails): DetailField[] {
  return DETAIL_FIELDS.filter((field) => saidText(before, field) !== saidText(after, field));
}

/** @returns JSON; null of a field that is empty */
function saidText(details: ContactDetails, field: DetailField): string | null {
  const value = comparable(details, field);
  return isEmpty(value) ? null : JSON.stringify(value);
}

/**
 * A field as it is compared. What Google derives, and words by the reader's locale, stands for what it is derived
 * from: a display name for the structured name, an address's formatted value for its parts. Lists are compared in an
 * order of their own, which never changes: else that of what is shown could not change without an event.
 */
function comparable(details: ContactDetails, field: DetailField): unknown {
  switch (field) {
    case 'displayName': {
      const { honorificPrefix, givenName, middleName, familyName, honorificSuffix } = details;
      const structured = [honorificPrefix, givenName, middleName, familyName, honorificSuffix];
      return structured.some((part) => part !== null) ? structured : details.displayName;
    }
    case 'phoneticFullName': {
      const { phoneticGivenName, phoneticMiddleName, phoneticFamilyName } = details;
      const structured = [phoneticGivenName, phoneticMiddleName, phoneticFamilyName];
      return structured.some((part) => part !== null) ? null : details.phoneticFullName;
    }
    case 'addresses':
      return details.addresses
        .map(comparableAddress)
        .map((address) => JSON.stringify(address))
        .sort();
    case 'nicknames':
    case 'occupations':
    case 'interests':
    case 'locales':
    case 'groups':
      return details[field].toSorted();
    case 'emailAddresses':
    case 'phoneNumbers':
    case 'organizations':
    case 'urls':
    case 'relations':
    case 'events':
    case 'imClients':
    case 'sipAddresses':
    case 'calendarUrls':
    case 'locations':
    case 'externalIds':
    case 'miscKeywords':
    case 'userDefined':
      return inCanonicalOrder<object>(details[field]);
    case 'givenName':
    case 'familyName':
    case 'middleName':
    case 'honorificPrefix':
    case 'honorificSuffix':
    case 'phoneticGivenName':
    case 'phoneticFamilyName':
    case 'phoneticMiddleName':
    case 'phoneticHonorificPrefix':
    case 'phoneticHonorificSuffix':
    case 'fileAs':
    case 'birthday':
    case 'gender':
    case 'biography':
    case 'photoUrl':
      return details[field];
  }
}

function comparableAddress({ formattedValue, type, primary, ...parts }: Address): object {
  const structured = Object.values(parts).some((part) => part !== null);
  return { type, primary, ...parts, formattedValue: structured ? null : formattedValue };
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
