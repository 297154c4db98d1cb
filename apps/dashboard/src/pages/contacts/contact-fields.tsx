import { type ReactNode } from 'react';

import { type Contact } from '../../api/contacts.js';
import { LongText } from '../../parts/long-text.js';
import { fieldLabel, valueLines } from '../../words/fields.js';

type Field = Exclude<keyof Contact, 'id' | 'accountId' | 'version'>;

/** In the order in which people look for them; what a contact does not have is not shown. */
const FIELDS: readonly Field[] = [
  'phoneNumbers',
  'emailAddresses',
  'organizations',
  'addresses',
  'birthday',
  'nicknames',
  'phoneticFullName',
  'fileAs',
  'gender',
  'relations',
  'events',
  'urls',
  'imClients',
  'sipAddresses',
  'calendarUrls',
  'occupations',
  'interests',
  'locales',
  'locations',
  'externalIds',
  'miscKeywords',
  'userDefined',
  'biography',
];

const OWN_LABELS: Partial<Record<Field, string>> = {
  addresses: 'Address',
  events: 'Dates',
  relations: 'Related',
};

/** What is known of a contact; what differs from now is marked. */
export function ContactFields({ contact, now }: { readonly contact: Contact; readonly now: Contact }) {
  const shown = FIELDS.filter(
    (field) => valueLines(contact[field]).length > 0 || isOther(field, contact, now),
  );
  if (shown.length === 0) return <p className="pad muted">Nothing but its name is known.</p>;
  return (
    <dl className="kv pad">
      {shown.map((field) => (
        <div key={field}>
          <dt>{OWN_LABELS[field] ?? fieldLabel(field)}</dt>
          <dd className={isOther(field, contact, now) ? 'then' : undefined}>{valuesOf(field, contact)}</dd>
        </div>
      ))}
    </dl>
  );
}

function isOther(field: Field, then: Contact, now: Contact): boolean {
  return JSON.stringify(then[field]) !== JSON.stringify(now[field]);
}

interface Value {
  readonly text: string;
  /** What says which of several it is. */
  readonly about?: readonly (string | null | undefined | false)[];
  readonly href?: string;
  /** What stands behind it, and is meant. */
  readonly strong?: string | null;
}

function valuesOf(field: Field, contact: Contact): ReactNode {
  if (field === 'biography') return <LongText text={contact.biography ?? ''} />;
  const values = parts(field, contact);
  if (values.length === 0) return <span className="muted">none</span>;
  return values.map((value, at) => <OneValue key={at} value={value} />);
}

function OneValue({ value: { text, about = [], href, strong } }: { readonly value: Value }) {
  const said = about
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .map(labelWords)
    .join(', ');
  return (
    <div className="value">
      <span dir="auto">
        {href === undefined ? (
          <LongText text={text} />
        ) : (
          <a href={href} rel="noreferrer" target={href.startsWith('http') ? '_blank' : undefined}>
            {text}
          </a>
        )}
      </span>{' '}
      {strong != null && (
        <b dir="auto">
          <LongText text={strong} />
        </b>
      )}
      {said !== '' && <small dir="auto">{said}</small>}
    </div>
  );
}

function parts(field: Field, contact: Contact): readonly Value[] {
  switch (field) {
    case 'phoneNumbers':
      return contact.phoneNumbers.map(({ value, type, primary }) => ({
        text: value,
        about: [type, primary && 'main'],
      }));
    case 'emailAddresses':
      return contact.emailAddresses.map(({ value, type, primary }) => ({
        text: value,
        about: [type, primary && 'main'],
        // A value that is no address would be a link to something else.
        ...(/^[^\s@?&]+@[^\s@?&]+$/.test(value) && {
          href: `mailto:${encodeURIComponent(value).replace('%40', '@')}`,
        }),
      }));
    case 'organizations':
      return contact.organizations.map(({ name, title, department }) =>
        name === null || name === ''
          ? { text: title ?? department ?? '', about: [title === null ? null : department] }
          : { text: name, about: [title, department] },
      );
    case 'addresses':
      return contact.addresses.map((address) => ({
        text:
          address.formattedValue?.replaceAll('\n', ', ') ?? valueLines({ ...address, type: null })[0] ?? '',
        about: [address.type],
      }));
    case 'urls':
      return contact.urls.map(({ value, type }) => ({ text: value, about: [type], ...linkTo(value) }));
    case 'relations':
      return contact.relations.map(({ person, type }) => ({ text: person, about: [type] }));
    case 'birthday':
      return valueLines(contact.birthday).map((text) => ({
        text,
        about: [contact.birthday?.year === null && contact.birthday.text === undefined && 'no year'],
      }));
    case 'events':
      return contact.events.map(({ type, ...date }) => ({ text: valueLines(date)[0] ?? '', about: [type] }));
    case 'userDefined':
      return contact.userDefined.map(({ key, value }) => ({ text: key, strong: value }));
    default:
      return valueLines(contact[field]).map((text) => ({ text }));
  }
}

/** Pages alone: Google's texts may be `javascript:`, and whatever else. */
function linkTo(value: string): { href?: string } {
  const written = /^https?:\/\//i.test(value) ? value : null;
  return written !== null && URL.canParse(written) ? { href: written } : {};
}

/** Google's own labels as words: `homePage`; what people wrote is left as it is. */
function labelWords(label: string): string {
  return /^[a-z]+(?:[A-Z][a-z]+)+$/.test(label)
    ? label.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    : label;
}
