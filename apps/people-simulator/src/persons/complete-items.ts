import { contactMetadata, formattedTypeOf } from './item-metadata.js';
import { type PersonField, type PersonItems } from './person-fields.js';

/** The field of an item that a plain string stands for. */
const PLAIN: Partial<Record<PersonField, string>> = {
  names: 'unstructuredName',
  organizations: 'name',
  addresses: 'formattedValue',
  relations: 'person',
  imClients: 'username',
  photos: 'url',
  calendarUrls: 'url',
  birthdays: 'text',
};

/**
 * What Google adds to the items that a person types in: metadata (the first item is primary), the formatted
 * type, a phone number's canonical form where it is certain, a name's display name. What an item already has
 * is kept; a value that is no list is stored as it is.
 */
export function completeItems(items: PersonItems, sourceId: string): PersonItems {
  const entries = Object.entries(items).map(([field, list]) => [
    field,
    Array.isArray(list)
      ? list.map((item: unknown, at) => completeItem(field as PersonField, item, sourceId, at === 0))
      : list,
  ]);
  return Object.fromEntries(entries) as PersonItems;
}

function completeItem(field: PersonField, given: unknown, sourceId: string, first: boolean): unknown {
  const item = typeof given === 'string' ? { [PLAIN[field] ?? 'value']: given } : given;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return item;
  const fields = item as Record<string, unknown>;
  const type = fields.type;
  return {
    metadata: contactMetadata(sourceId, first && field !== 'memberships'),
    ...(field === 'names' && namePartsOf(fields)),
    ...(typeof type === 'string' && field !== 'nicknames' && { formattedType: formattedTypeOf(type) }),
    ...(field === 'phoneNumbers' && canonicalFormOf(fields.value)),
    ...fields,
  };
}

function namePartsOf(name: Record<string, unknown>): Record<string, string> {
  const text = (key: string): string => (typeof name[key] === 'string' ? name[key] : '');
  const whole = text('unstructuredName') || text('displayName');
  const parts = [text('honorificPrefix'), text('givenName'), text('middleName'), text('familyName')];
  const displayName = whole || parts.filter((part) => part !== '').join(' ');
  if (displayName === '') return {};
  const words = displayName.split(' ');
  const split = whole !== '' && text('givenName') === '' && text('familyName') === '' && words.length > 1;
  const givenAndFamily = split && { givenName: words.slice(0, -1).join(' '), familyName: words.at(-1) ?? '' };
  return { displayName, unstructuredName: displayName, ...givenAndFamily };
}

/** Only a number in international form is certain without knowing the owner's country. */
function canonicalFormOf(value: unknown): { canonicalForm?: string } {
  if (typeof value !== 'string' || !/^\+[\d ().-]{7,24}$/.test(value)) return {};
  return { canonicalForm: `+${value.replace(/\D/g, '')}` };
}
