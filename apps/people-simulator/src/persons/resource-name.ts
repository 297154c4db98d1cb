import { hash32 } from './random.js';

/**
 * The number of a contact: its upper half belongs to the account's seed, its lower half is the position,
 * permuted so that neighbours do not look alike. It can be turned back, so that a name leads to its person
 * without an index of a million names.
 * As at Google, the hex form of the number is the id of the CONTACT source.
 */
const FACTOR = 0x9e3779b1;
const INVERSE = modularInverse(FACTOR);

/** `people/c<digits>`, the resource name that a person at this position gets when it first appears. */
export function resourceNameAt(seed: number, position: number): string {
  return `people/c${((BigInt(upperHalf(seed)) << 32n) | BigInt(lowerHalf(seed, position))).toString()}`;
}

/** 16 hex digits: the id of the person's CONTACT source, which stays when the resource name changes. */
export function sourceIdAt(seed: number, position: number): string {
  return hex8(upperHalf(seed)) + hex8(lowerHalf(seed, position));
}

/** The position that `resourceNameAt` made this name for, or undefined for a name that this seed never makes. */
export function positionOf(seed: number, resourceName: string): number | undefined {
  const digits = /^people\/c(\d{1,19})$/.exec(resourceName)?.[1];
  if (digits === undefined) return undefined;
  const number = BigInt(digits);
  if (number >> 32n !== BigInt(upperHalf(seed))) return undefined;
  const lower = Number(number & 0xffffffffn);
  return Math.imul((lower - offset(seed)) | 0, INVERSE) >>> 0;
}

/** An opaque etag that changes with every change of the person. */
export function etagAt(seed: number, position: number, sequence: number): string {
  return `%EgUBAgkuNy${base36(seed, position, sequence)}${base36(position, sequence, seed)}==`;
}

/** The etag of the person's CONTACT source. */
export function sourceEtagAt(seed: number, position: number, sequence: number): string {
  return `#${base36(sequence, position, seed)}=`;
}

function upperHalf(seed: number): number {
  return (hash32(seed, 0x5eed) & 0x3fffffff) | 0x40000000;
}

function lowerHalf(seed: number, position: number): number {
  return (Math.imul(position, FACTOR) + offset(seed)) >>> 0;
}

function offset(seed: number): number {
  return hash32(seed, 0x0ff5e7);
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function base36(first: number, second: number, third: number): string {
  return (hash32(first, second, third) >>> 0).toString(36).padStart(7, '0');
}

function modularInverse(odd: number): number {
  let inverse = odd;
  for (let round = 0; round < 5; round++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse | 0;
}
