/** How the fields of a contact are called; the members of events and of REST are the keys. */
const LABELS: Readonly<Record<string, string>> = {
  displayName: 'Name',
  emailAddresses: 'E-mail',
  phoneNumbers: 'Phone',
  organizations: 'Organisation',
  imClients: 'Chat',
  userDefined: 'Own fields',
  biography: 'Notes',
  photoUrl: 'Photo',
  groups: 'Labels',
  urls: 'Links',
  fileAs: 'Filed as',
};

/** `givenName`: `Given name`. */
export function fieldLabel(name: string): string {
  const known = LABELS[name];
  if (known !== undefined) return known;
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** As within a sentence: `phone`. */
export function fieldWord(name: string): string {
  const label = fieldLabel(name);
  return label.charAt(0).toLowerCase() + label.slice(1);
}

type Facts = Readonly<Record<string, unknown>>;

/**
 * The values of a field, a line each, as people write them; none where there is nothing.
 *
 * @param isShort without labels such as "home"
 */
export function valueLines(value: unknown, isShort = false): readonly string[] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) return value.flatMap((item) => valueLines(item, isShort));
  if (typeof value === 'object') {
    const { type, ...rest } = value as Facts;
    const line = objectLine(rest);
    const label = isShort || typeof type !== 'string' ? '' : type;
    return line === '' && label === '' ? [] : [[line, label].filter((part) => part !== '').join(' ')];
  }
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}

/** What says nothing to people, or what another member says too. */
const LEFT_OUT = new Set(['primary', 'canonicalForm', 'countryCode', 'current']);
const ADDRESS_PARTS = [
  'streetAddress',
  'extendedAddress',
  'poBox',
  'postalCode',
  'city',
  'region',
  'country',
];
/** In which order the members of an item stand, whatever order they came in; others follow, before the label. */
const ORDER = [
  'value',
  'formattedValue',
  'username',
  'person',
  'name',
  'title',
  'department',
  'key',
  ...ADDRESS_PARTS,
];

function objectLine(item: Facts): string {
  if ('month' in item && 'day' in item) {
    return dateLine(item);
  }
  if (typeof item.key === 'string' && 'value' in item) return `${item.key}: ${plain(item.value)}`;
  const isWritten = typeof item.formattedValue === 'string';
  const names = Object.keys(item).filter(
    (name) => !LEFT_OUT.has(name) && !(isWritten && ADDRESS_PARTS.includes(name)),
  );
  names.sort((a, b) => place(a) - place(b));
  return joined(names.map((name) => plain(item[name])));
}

function place(name: string): number {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}

function dateLine(date: Facts): string {
  if (typeof date.text === 'string') return date.text;
  const month = typeof date.month === 'number' ? new Date(2000, date.month - 1, 1) : null;
  const name = month === null ? null : new Intl.DateTimeFormat('en', { month: 'long' }).format(month);
  const parts = [date.day, name, date.year].map((part) => (typeof part === 'number' ? String(part) : part));
  return parts.filter((part) => typeof part === 'string').join(' ');
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value.replaceAll('\n', ', ');
  if (Array.isArray(value)) return value.map(plain).join(', ');
  if (typeof value === 'object') return objectLine(value as Facts);
  return JSON.stringify(value);
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}
