import { Problem } from '#platform';
import { type z } from 'zod';

/** An opaque place in a list, for the next call's `cursor`. */
export function encodeCursor(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws Problem 400 invalid-cursor */
export function decodeCursor<T>(cursor: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalidCursor();
  }
}

export function invalidCursor(): Problem {
  return new Problem(
    400,
    'invalid-cursor',
    'The cursor is not one that this list gave; begin again without it.',
  );
}
