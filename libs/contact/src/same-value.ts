import { type PhoneNumber } from './contact.js';
import { visibleText } from './visible-text.js';

/** Text as it is compared with that of another source: case and what nobody sees do not count. */
function compared(text: string): string {
  return visibleText(text.normalize('NFC')).toUpperCase().toLowerCase();
}

export function isSameText(one: { readonly value: string }, other: { readonly value: string }): boolean {
  return compared(one.value) === compared(other.value);
}

/** Addresses of pages differ by the case of their path, and not by that of their host. */
export function isSameUrl(one: { readonly value: string }, other: { readonly value: string }): boolean {
  return comparedUrl(one.value) === comparedUrl(other.value);
}

function comparedUrl(value: string): string {
  const text = visibleText(value);
  return URL.canParse(text) ? new URL(text).href : text;
}

type WrittenNumber = Pick<PhoneNumber, 'value' | 'canonicalForm'>;

/**
 * By the canonical forms where both have one, else by the digits of either form. Whatever else is dialled (an extension, a
 * pause, *31#) is part of the number.
 */
export function isSameNumber(one: WrittenNumber, other: WrittenNumber): boolean {
  const [dialled, otherDialled] = [dialledOf(one.value), dialledOf(other.value)];
  if (!DIGITS.test(dialled) || !DIGITS.test(otherDialled)) return dialled === otherDialled;
  if (one.canonicalForm !== null && other.canonicalForm !== null)
    return dialledOf(one.canonicalForm) === dialledOf(other.canonicalForm);
  const forms = [dialled, ...(one.canonicalForm === null ? [] : [dialledOf(one.canonicalForm)])];
  return (
    forms.includes(otherDialled) ||
    (other.canonicalForm !== null && forms.includes(dialledOf(other.canonicalForm)))
  );
}

const DIGITS = /^\d+$/;
/** What only makes a number readable, and the plus sign, which is not always there. */
const PUNCTUATION = /[\s\p{Pd}\p{Ps}\p{Pe}./·+]/gu;

function dialledOf(text: string): string {
  return compared(text.normalize('NFKC')).replace(PUNCTUATION, '');
}

/** Whether an item says nothing that the other one does not say as well. */
export function saysNoMore(item: object, than: object): boolean {
  const said = than as Readonly<Record<string, unknown>>;
  return Object.entries(item).every(
    ([member, value]) => value === null || comparedValue(value) === comparedValue(said[member]),
  );
}

function comparedValue(value: unknown): unknown {
  if (typeof value === 'string') return compared(value);
  return typeof value === 'object' ? JSON.stringify(value) : value;
}
