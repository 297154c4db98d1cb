import { type CountryCode, type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/** A phone number as it is stored, searched and looked up: digits are decimal, in ASCII. */
export interface Phone {
  /** All digits that were written, those of an extension too. */
  readonly digits: string;
  /** The digits of the number itself: without a service code (`*31#`) before it and an extension or pause behind it. */
  readonly dialled: string;
  /** E.164 without the plus, the likeliest first; none where nothing tells the country. */
  readonly full: readonly string[];
  /** Whether the number itself tells its country: `full` is one, and no guess. */
  readonly isCertain: boolean;
  readonly countryCode: string | null;
  /** The national significant number: without country code and trunk prefix; null where it is not known. */
  readonly national: string | null;
  /** As it is dialled within its country; null where it is not known. Asked for, because it takes most of the time. */
  readonly dialledAtHome: () => string | null;
}

/** Fewer equal digits at the end say nothing about whose number it is. */
export const FEWEST_EQUAL_DIGITS = 7;

/**
 * Understands a number as someone has written it: with + or 00, national, with an extension, pauses or a service code.
 *
 * @param region where a number is dialled that does not tell its country; left out: not known
 * @returns null where there is no digit
 */
export function readPhone(text: string, region?: CountryCode): Phone | null {
  const spelled = spell(text);
  return spelled === null ? null : understand(spelled, region);
}

/** A contact's number: what Google made of it tells more than what was written. */
export function readContactPhone(
  { value, canonicalForm }: { readonly value: string; readonly canonicalForm: string | null },
  region?: CountryCode,
): Phone | null {
  const written = spell(value);
  const canonical = canonicalForm === null ? null : readPhone(canonicalForm);
  if (canonical?.isCertain !== true) return written === null ? null : understand(written, region);
  return {
    ...canonical,
    digits: written?.digits ?? canonical.digits,
    dialled: written?.dialled ?? canonical.dialled,
  };
}

interface Spelled {
  readonly digits: string;
  readonly dialled: string;
  /** Whether + or 00 stands before it. */
  readonly isInternational: boolean;
}

function spell(text: string): Spelled | null {
  const written = text
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, asciiDigit)
    .replace(SCHEME, '');
  const digits = digitsOf(written);
  if (digits === '') return null;
  const number = NUMBER_ITSELF.exec(written)?.[1] ?? '';
  const dialled = digitsOf(number);
  const isInternational = /^[^\d]*\+/.test(number) || dialled.startsWith('00');
  return { digits, dialled, isInternational };
}

function understand({ digits, dialled, isInternational }: Spelled, region: CountryCode | undefined): Phone {
  if (dialled === '') return { ...UNKNOWN, digits, dialled: digits };
  return isInternational
    ? { digits, dialled, ...international(dialled.replace(/^0+/, '')) }
    : { digits, dialled, ...national(dialled, region) };
}

/** How alike two numbers are: `exact`, or the count of equal digits at their ends; null: they are two. */
export type PhoneMatch = 'exact' | number | null;

/**
 * Whether two numbers are one. `exact` are the same number in full; where one of them does not tell all, such as
 * country or area code, as many digits as it tells must be equal, and {@link FEWEST_EQUAL_DIGITS} at least.
 */
export function matchPhones(one: Phone, other: Phone): PhoneMatch {
  if (one.full.some((full) => other.full.includes(full))) return 'exact';
  const isUnknown = one.full.length === 0 || other.full.length === 0;
  if (isUnknown && one.dialled === other.dialled) return 'exact';
  const [tail, otherTail] = tailsOf(one, other);
  const equal = equalDigits(tail, otherTail);
  if (equal < FEWEST_EQUAL_DIGITS) return null;
  return isUnknown || equal === Math.min(tail.length, otherTail.length) ? equal : null;
}

/** Whatever an index finds the number by: the end of each form that it is written in, and the whole where it is certain. */
export function phoneKeys({ dialled, full, national, dialledAtHome, isCertain }: Phone): string[] {
  const forms = [dialled, ...full, national, dialledAtHome()].filter((form) => form !== null);
  const ends = forms.map((form) => form.slice(-FEWEST_EQUAL_DIGITS));
  return [...new Set([...(isCertain ? full.map(wholeKey) : []), ...ends])];
}

/** The key of a number that is known in full. */
export function wholeKey(full: string): string {
  return `+${full}`;
}

const UNKNOWN = { full: [], isCertain: false, countryCode: null, national: null, dialledAtHome: () => null };

/** `tel:`, `sip:`, and what people write before a number. */
const SCHEME = /^\s*[a-z]+:/i;

/** Behind a service code, up to what is no part of a number: letters, a pause, an extension, a hash. */
const NUMBER_ITSELF = /^\s*(?:[*#]+\d{1,3}[*#])?([^\p{L},;:*#]*)/u;

type Understood = Omit<Phone, 'digits' | 'dialled'>;

function international(digits: string): Understood {
  if (digits === '') return UNKNOWN;
  const number = parse(`+${digits}`);
  if (number === undefined) return { ...UNKNOWN, full: [digits], isCertain: true };
  return { ...understood(number), isCertain: true };
}

/** Without a country, a number may still be whole, and lack nothing but the plus. */
function national(digits: string, region: CountryCode | undefined): Understood {
  const local = region === undefined ? undefined : parse(digits, region);
  const whole = parse(`+${digits}`);
  const guesses = [...(local?.isPossible() ? [local] : []), ...(whole?.isValid() ? [whole] : [])];
  const [first] = guesses;
  if (first === undefined) return UNKNOWN;
  const full = [...new Set(guesses.map(fullOf))];
  return { ...understood(first), full };
}

function understood(number: PhoneNumber): Understood {
  return {
    full: [fullOf(number)],
    isCertain: false,
    countryCode: number.countryCallingCode,
    national: number.nationalNumber,
    dialledAtHome: () => digitsOf(number.formatNational()),
  };
}

function fullOf({ number }: PhoneNumber): string {
  return number.slice(1);
}

function parse(text: string, region?: CountryCode): PhoneNumber | undefined {
  return parsePhoneNumberFromString(text, { ...(region && { defaultCountry: region }), extract: false });
}

/** The digits by which two numbers are compared from the end. */
function tailsOf(one: Phone, other: Phone): [string, string] {
  if (!one.isCertain || !other.isCertain) return [tailOf(one), tailOf(other)];
  return one.countryCode === other.countryCode ? [one.national ?? '', other.national ?? ''] : ['', ''];
}

function tailOf({ isCertain, full, national, dialled }: Phone): string {
  return (isCertain ? full[0] : national) ?? dialled.replace(/^0+/, '');
}

function equalDigits(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let equal = 0;
  while (equal < most && one.at(-1 - equal) === other.at(-1 - equal)) equal += 1;
  return equal;
}

/** The decimal digits of any script, as ASCII. */
export function digitsOf(text: string): string {
  return (text.normalize('NFKC').match(/\p{Nd}/gu) ?? []).map(asciiDigit).join('');
}

/** Unicode lists the digits of a script one after the other, from zero to nine. */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  if (codePoint < 0x80) return digit;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(codePoint - value - 1))) value += 1;
  return String(value);
}
