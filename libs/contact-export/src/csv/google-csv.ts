import { type Contact } from '#contact';
import { csvRow } from '#platform';

import { groupName } from '../groups.js';
import { isoDate } from '../partial-date.js';
import { type NumberedKind, NUMBERED_KINDS, numberedSlots, SUBCOLUMNS } from './numbered-slots.js';
import { JOINT } from './joint.js';

/** How many numbered columns of each kind there are, such as `E-mail 2 - Value`. */
export type CsvWidths = Readonly<Record<NumberedKind, number>>;

/** One of each is there at the least, as in Google's template. */
export const NARROWEST: CsvWidths = widths(() => 1);

/** @returns wide enough for all that was before, and for the contact */
export function widened(before: CsvWidths, contact: Contact): CsvWidths {
  const slots = numberedSlots(contact);
  return widths((kind) => Math.max(before[kind], slots[kind].length));
}

const COLUMNS: Readonly<Record<string, (contact: Contact) => string | null | undefined>> = {
  'First Name': firstName,
  'Middle Name': ({ middleName }) => middleName,
  'Last Name': ({ familyName }) => familyName,
  'Phonetic First Name': ({ phoneticGivenName }) => phoneticGivenName,
  'Phonetic Middle Name': ({ phoneticMiddleName }) => phoneticMiddleName,
  'Phonetic Last Name': ({ phoneticFamilyName }) => phoneticFamilyName,
  'Name Prefix': ({ honorificPrefix }) => honorificPrefix,
  'Name Suffix': ({ honorificSuffix }) => honorificSuffix,
  Nickname: ({ nicknames }) => nicknames.join(JOINT),
  'File As': ({ fileAs }) => fileAs,
  'Organization Name': (contact) => organization(contact)?.name,
  'Organization Title': (contact) => organization(contact)?.title,
  'Organization Department': (contact) => organization(contact)?.department,
  Birthday: ({ birthday }) => (birthday === null ? null : (birthday.text ?? isoDate(birthday))),
  Notes: ({ biography }) => biography,
  Photo: ({ photoUrl }) => photoUrl,
  Labels: ({ groups }) =>
    groups
      .map(groupName)
      .filter((name) => name !== null)
      .map((name) => `* ${name}`)
      .join(JOINT),
};

/** Contacts in the columns in which Google Contacts exports its own, so that it imports them again (docs/export.md). */
export class GoogleCsv {
  /** @param options `raw`: also what a program may take for a formula is left as it is */
  constructor(
    private readonly columns: CsvWidths,
    private readonly options: { readonly raw: boolean },
  ) {}

  header(): string {
    const numbered = NUMBERED_KINDS.flatMap((kind) =>
      Array.from({ length: this.columns[kind] }, (_, index) =>
        SUBCOLUMNS[kind].map((subcolumn) => `${kind} ${index + 1} - ${subcolumn}`),
      ).flat(),
    );
    return csvRow([...Object.keys(COLUMNS), ...numbered], this.options);
  }

  row(contact: Contact): string {
    const slots = numberedSlots(contact);
    const numbered = NUMBERED_KINDS.flatMap((kind) => {
      const cells = fitted(slots[kind], this.columns[kind]).flat();
      const missing = this.columns[kind] * SUBCOLUMNS[kind].length - cells.length;
      return [...cells, ...Array.from({ length: missing }, () => '')];
    });
    const fixed = Object.values(COLUMNS).map((column) => column(contact) ?? '');
    return csvRow([...fixed, ...numbered], this.options);
  }
}

function widths(of: (kind: NumberedKind) => number): CsvWidths {
  return Object.fromEntries(NUMBERED_KINDS.map((kind) => [kind, of(kind)])) as CsvWidths;
}

/** A contact may have grown since the columns were counted: what is too much stands in the last ones, and nothing is lost. */
function fitted(slots: readonly (readonly string[])[], width: number): readonly (readonly string[])[] {
  if (slots.length <= width) return slots;
  const last = slots.slice(width - 1);
  const joined = last[0]?.map((_, subcolumn) => last.map((slot) => slot[subcolumn] ?? '').join(JOINT)) ?? [];
  return [...slots.slice(0, width - 1), joined];
}

/** Google makes the display name of the parts; one that has none would be without a name. */
function firstName(contact: Contact): string | null {
  const { givenName, middleName, familyName, honorificPrefix, honorificSuffix, displayName } = contact;
  const isInParts = [givenName, middleName, familyName, honorificPrefix, honorificSuffix].some(
    (part) => part !== null,
  );
  return isInParts || isMadeOfOthers(contact) ? givenName : displayName;
}

/** Whether the name stands for one that is missing, and is in another column anyway. */
function isMadeOfOthers(contact: Contact): boolean {
  const { displayName, organizations, emailAddresses, phoneNumbers, nicknames, fileAs, urls } = contact;
  const others = [
    ...organizations.flatMap(({ name, title, department }) => [name, title, department]),
    ...[...emailAddresses, ...phoneNumbers, ...urls].map(({ value }) => value),
    ...nicknames,
    fileAs,
  ];
  return others.includes(displayName);
}

/** There are columns for one. */
function organization({ organizations }: Contact): Contact['organizations'][number] | undefined {
  return organizations.find(({ primary }) => primary) ?? organizations[0];
}
