import { storableText } from '#contact';
import { type ContactView } from '#contact-events';

/** Accents of Latin, Greek and Cyrillic, and the vowel points of Hebrew and Arabic, which people leave out. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g;

/** Between fields, so that no match goes from one into the next. */
const FIELD_BREAK = '\n';

/** Fewer digits say nothing about a phone number. */
const FEWEST_DIGITS = 3;

/** Text as it is searched and searched for: case, accents and compatibility forms do not count. */
function searchable(text: string): string {
  return storableText(text)
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(MARKS, '')
    .normalize('NFC');
}

/**
 * In ASCII, because the trigrams that PostgreSQL finds text by are made of what the database's locale takes for
 * letters, which may be ASCII alone (docs/adr/0029-search-text-in-ascii.md). Whatever is not ASCII becomes a Z and four
 * letters A to P, the hexadecimal digits of its UTF-16 code unit: capitals occur nowhere else, so that text contains
 * what it contained before, and nothing more.
 */
function inAscii(text: string): string {
  return text.replace(NOT_ASCII, (unit) => {
    const known = ASCII_OF.get(unit);
    if (known !== undefined) return known;
    const hexadecimal = unit.charCodeAt(0).toString(16).padStart(4, '0');
    const ascii = `Z${hexadecimal.replace(/./g, (digit) => DIGITS.charAt(Number.parseInt(digit, 16)))}`;
    ASCII_OF.set(unit, ascii);
    return ascii;
  });
}

/** One code unit each. */
const NOT_ASCII = /[^\0-\x7f]/g;
const DIGITS = 'ABCDEFGHIJKLMNOP';
/** Of the code units met so far, of which there are 65,408 at most. */
const ASCII_OF = new Map<string, string>();

/** What the words of a search are looked for in. */
export function searchText(view: ContactView): string {
  const texts = [
    view.displayName,
    view.givenName,
    view.middleName,
    view.familyName,
    ...view.nicknames,
    ...view.organizations.flatMap(({ name, title, department }) => [name, title, department]),
    ...view.emailAddresses.map(({ value }) => value),
    ...laterTexts(view),
  ];
  const present = texts
    .filter((text) => text != null && text !== '')
    .map((text) => inAscii(searchable(String(text))));
  return [...new Set(present)].join(FIELD_BREAK);
}

/** Of the fields that events did not always have: all that is text. */
function laterTexts(view: ContactView): (string | null | undefined)[] {
  return [
    view.phoneticFullName,
    view.phoneticGivenName,
    view.phoneticMiddleName,
    view.phoneticFamilyName,
    view.phoneticHonorificPrefix,
    view.phoneticHonorificSuffix,
    view.fileAs,
    ...view.emailAddresses.map(({ displayName }) => displayName),
    ...view.organizations.flatMap((organization) => [
      organization.phoneticName,
      organization.jobDescription,
      organization.symbol,
      organization.domain,
      organization.location,
    ]),
    view.birthday?.text,
    view.gender?.addressMeAs,
    ...[...view.sipAddresses, ...view.calendarUrls].map(({ value }) => value),
    ...view.occupations,
    ...view.interests,
    ...[...view.locations, ...view.externalIds, ...view.miscKeywords].map(({ value }) => value),
  ];
}

/** What the digits of a search are looked for in: each number as it is written and in its canonical form. */
export function phoneDigits(view: ContactView): string {
  const numbers = view.phoneNumbers.flatMap(({ value, canonicalForm }) => [value, canonicalForm ?? '']);
  return [...new Set(numbers.map(digitsOf).filter((digits) => digits !== ''))].join(' ');
}

/** What someone looks for. */
export interface Search {
  /** Each must be in the search text; none: the search has no words. */
  readonly words: readonly string[];
  /** Or these must be in a phone number; null: too few to say. */
  readonly digits: string | null;
}

/** @returns null for a search that matches everything */
export function readSearch(q: string): Search | null {
  const words = searchable(q)
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map(inAscii);
  if (words.length === 0) return null;
  const digits = digitsOf(q);
  return { words, digits: digits.length < FEWEST_DIGITS ? null : digits };
}

/** The decimal digits of any script, as ASCII. */
function digitsOf(text: string): string {
  return (text.normalize('NFKD').match(/\p{Nd}/gu) ?? []).map(asciiDigit).join('');
}

/** Unicode lists the digits of a script one after the other, from zero to nine. */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  if (codePoint < 0x80) return digit;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(codePoint - value - 1))) value += 1;
  return String(value);
}
