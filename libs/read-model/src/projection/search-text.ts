import { type ContactView } from '#contact-events';
import { type CountryCode } from 'libphonenumber-js/max';

import { foldedForms } from './folded-text.js';
import { digitsOf, FEWEST_EQUAL_DIGITS, phoneKeys, readContactPhone, readPhone } from './phone-number.js';

/** Between texts, so that no match goes from one into the next. */
const TEXT_BREAK = '\n';

/** Fewer digits say nothing about a phone number. */
const FEWEST_DIGITS = 3;

/** What the words of a search are looked for in. */
export function searchText(view: ContactView): string {
  const forms = searchedTexts(view).flatMap(foldedForms);
  return [...new Set(forms.filter((form) => form !== ''))].join(TEXT_BREAK);
}

/** Whatever is text of a contact and may be searched for. */
function searchedTexts(view: ContactView): string[] {
  return [
    view.displayName,
    view.givenName,
    view.middleName,
    view.familyName,
    ...view.nicknames,
    ...view.organizations.flatMap(({ name, title, department }) => [name, title, department]),
    ...view.emailAddresses.map(({ value }) => value),
    ...laterTexts(view),
    ...view.phoneNumbers.map(({ value }) => value).filter((value) => BESIDES_DIGITS.test(value)),
  ].filter((text) => text != null);
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

/** What a phone number has that its digits do not tell: service codes, pauses, extensions. */
const BESIDES_DIGITS = /[\p{L},;:*#]/u;

/** What a contact is found by through its phone numbers. */
export interface PhoneColumns {
  /** What the digits of a search are looked for in: each number as it is written, in full, and as it is dialled at home. */
  readonly phoneDigits: string;
  /** What a number is looked up by. */
  readonly phoneKeys: string[];
}

export function phoneColumns({ phoneNumbers }: Pick<ContactView, 'phoneNumbers'>): PhoneColumns {
  const phones = phoneNumbers.map((number) => readContactPhone(number)).filter((phone) => phone !== null);
  const numbers = phones.flatMap(({ digits, full, isCertain, dialledAtHome }) =>
    isCertain ? [digits, ...full, dialledAtHome() ?? ''] : [digits],
  );
  return {
    phoneDigits: withoutParts([...new Set(numbers)], (number, whole) => whole.includes(number)).join(' '),
    phoneKeys: [...new Set(phones.flatMap(phoneKeys))],
  };
}

/** What someone looks for. */
export interface Search {
  /** Each must be in the search text; none: the search has no words. */
  readonly words: readonly string[];
  /** Or one of these must be in a phone number; none: too few to say. */
  readonly digits: readonly string[];
}

/**
 * @param regions where a number may be dialled that does not tell its country; undefined: not known
 * @returns null for a search that matches everything
 */
export function readSearch(
  q: string,
  regions: readonly (CountryCode | undefined)[] = [undefined],
): Search | null {
  const [folded] = foldedForms(q);
  const digits = soughtDigits(q, regions);
  // The groups of a number are no words: each is in many texts, and too short for the index.
  const isNumber = !/[a-z]/i.test(folded) && digits.some(({ length }) => length >= FEWEST_EQUAL_DIGITS);
  const words = (isNumber ? [folded.trim()] : folded.split(' ')).filter((word) => word !== '');
  return words.length === 0 ? null : { words, digits };
}

/** Whether it may be looked for in phone numbers. */
export function hasNumber(q: string): boolean {
  return digitsOf(q).length >= FEWEST_DIGITS;
}

/** The digits as they are typed, and what else the number begins with for others. */
function soughtDigits(q: string, regions: readonly (CountryCode | undefined)[]): string[] {
  if (!hasNumber(q)) return [];
  const digits = digitsOf(q);
  const sought = new Set([digits, ...regions.flatMap((region) => digitsInRegion(q, digits, region))]);
  return withoutParts([...sought], (number, part) => number.includes(part));
}

function digitsInRegion(q: string, digits: string, region: CountryCode | undefined): string[] {
  const phone = readPhone(q, region);
  if (phone === null || !digits.startsWith(phone.dialled)) return [];
  const behind = digits.slice(phone.dialled.length);
  const withoutTrunk = phone.national ?? phone.dialled.replace(/^0+/, '');
  const forms = [
    ...phone.full,
    // What is shorter could be in any number.
    ...(withoutTrunk.length < FEWEST_EQUAL_DIGITS ? [] : [withoutTrunk]),
  ];
  return forms.map((form) => form + behind);
}

/** @param isCovered whether the first makes no difference beside the other */
function withoutParts(
  numbers: readonly string[],
  isCovered: (number: string, other: string) => boolean,
): string[] {
  return numbers.filter((number) => !numbers.some((other) => other !== number && isCovered(number, other)));
}
