import { type Contact } from '#contact';

import { isoDate } from '../partial-date.js';
import { JOINT } from './joint.js';

/** The kinds of values of which a contact may have several, in the order of Google's columns. */
export const NUMBERED_KINDS = [
  'E-mail',
  'Phone',
  'Address',
  'Relation',
  'Website',
  'Event',
  'Custom Field',
] as const;
export type NumberedKind = (typeof NUMBERED_KINDS)[number];

const LABEL_AND_VALUE = ['Label', 'Value'] as const;

export const SUBCOLUMNS: Readonly<Record<NumberedKind, readonly string[]>> = {
  'E-mail': LABEL_AND_VALUE,
  Phone: LABEL_AND_VALUE,
  Address: [
    'Label',
    'Formatted',
    'Street',
    'City',
    'PO Box',
    'Region',
    'Postal Code',
    'Country',
    'Extended Address',
  ],
  Relation: LABEL_AND_VALUE,
  Website: LABEL_AND_VALUE,
  Event: LABEL_AND_VALUE,
  'Custom Field': LABEL_AND_VALUE,
};

/** Before the label of the primary e-mail address. */
const PRIMARY = '* ';

interface LabelledValue {
  readonly label: string;
  readonly value: string;
  readonly primary?: boolean;
}

/** The cells of a contact under the numbered columns: of each kind a list of those of one number. */
export function numberedSlots(
  contact: Contact,
): Readonly<Record<NumberedKind, readonly (readonly string[])[]>> {
  const emails = grouped(contact.emailAddresses.map(labelled));
  return {
    'E-mail': emails.map(({ label, values, primary }) => [primary ? PRIMARY + label : label, values]),
    Phone: inTwo(contact.phoneNumbers.map(labelled)),
    Address: primaryFirst(contact.addresses).map((address) => [
      labelOf(address.type),
      address.formattedValue ?? '',
      address.streetAddress ?? '',
      address.city ?? '',
      address.poBox ?? '',
      address.region ?? '',
      address.postalCode ?? '',
      address.country ?? '',
      address.extendedAddress ?? '',
    ]),
    Relation: inTwo(contact.relations.map(({ person, type }) => ({ label: labelOf(type), value: person }))),
    Website: inTwo(contact.urls.map(labelled)),
    Event: inTwo(contact.events.map(({ type, ...date }) => ({ label: labelOf(type), value: isoDate(date) }))),
    'Custom Field': inTwo(contact.userDefined.map(({ key, value }) => ({ label: key, value }))),
  };
}

function labelled({
  type,
  value,
  primary,
}: {
  readonly type: string | null;
  readonly value: string;
  readonly primary: boolean;
}): LabelledValue {
  return { label: labelOf(type), value, primary };
}

function inTwo(values: readonly LabelledValue[]): string[][] {
  return grouped(values).map(({ label, values: joined }) => [label, joined]);
}

/** Values of one label share a cell. */
function grouped(
  values: readonly LabelledValue[],
): { readonly label: string; readonly values: string; readonly primary: boolean }[] {
  return [...Map.groupBy(primaryFirst(values), ({ label }) => label)].map(([label, group]) => ({
    label,
    values: group.map(({ value }) => value).join(JOINT),
    primary: group.some(({ primary }) => primary === true),
  }));
}

function primaryFirst<T extends { readonly primary?: boolean }>(values: readonly T[]): readonly T[] {
  return values.toSorted((one, other) => Number(other.primary ?? false) - Number(one.primary ?? false));
}

/** Google's labels as Google Contacts shows them; others are the person's own words, and stay. */
const LABELS = new Set([
  ...['home', 'work', 'other'],
  ...['mobile', 'main', 'homeFax', 'workFax', 'otherFax', 'pager', 'workMobile', 'workPager', 'googleVoice'],
  ...['homePage', 'blog', 'profile', 'ftp', 'appInstallPage', 'reservations'],
  ...['spouse', 'child', 'mother', 'father', 'parent', 'brother', 'sister', 'friend', 'relative'],
  ...['domesticPartner', 'manager', 'assistant', 'referredBy', 'partner'],
  'anniversary',
]);

function labelOf(type: string | null): string {
  if (type === null || !LABELS.has(type)) return type ?? '';
  const words = type.replaceAll(/[A-Z]/g, ' $&');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
