/** A cursor that this service did not make, or that was changed on its way. */
export class CursorNotUnderstood extends Error {
  override readonly name = 'CursorNotUnderstood';

  constructor() {
    super('The cursor is not one that a list answered with');
  }
}

/** The last row of a page: the next page begins behind it, whatever has been added or removed before it. */
export interface ListPlace {
  readonly displayName: string;
  readonly id: string;
}

export function writeCursor({ displayName, id }: ListPlace): string {
  return Buffer.from(JSON.stringify([displayName, id])).toString('base64url');
}

/** @throws CursorNotUnderstood */
export function readCursor(cursor: string): ListPlace {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new CursorNotUnderstood();
  }
  if (!Array.isArray(value) || value.length !== 2) throw new CursorNotUnderstood();
  const [displayName, id] = value as unknown[];
  if (typeof displayName !== 'string' || displayName.includes('\u0000') || !displayName.isWellFormed()) {
    throw new CursorNotUnderstood();
  }
  if (typeof id !== 'string' || !isUuid(id)) throw new CursorNotUnderstood();
  return { displayName, id };
}

export function isUuid(text: string): boolean {
  return /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}
