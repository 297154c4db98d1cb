import { z } from 'zod';

import { CodedError } from '../errors/coded-error.js';
import { isUuid } from '../ids/is-uuid.js';

/**
 * What the place in a list may be made of. A cursor comes from outside, so each part is checked to be something that
 * PostgreSQL can take: no year 0000, no U+0000, no lone surrogate.
 */
export const cursorPart = {
  /** As `Date.toISOString` writes it. */
  time: z.string().refine((text) => /^(?!0000)\d{4}-/.test(text) && isIsoTime(text)),
  id: z.string().refine(isUuid),
  text: z.string().refine((text) => !text.includes('\0') && text.isWellFormed()),
};

/** The place behind a row of a list, as the next call's `cursor`; callers do not look into it. */
export function encodeCursor(place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws CodedError invalid-cursor */
export function decodeCursor<T>(cursor: string, place: z.ZodType<T>): T {
  const decoded = place.safeParse(jsonIn(cursor));
  if (decoded.success) return decoded.data;
  throw new CodedError(
    'invalid-cursor',
    'The cursor is not one that this list gave; begin again without it.',
  );
}

function jsonIn(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function isIsoTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
}
