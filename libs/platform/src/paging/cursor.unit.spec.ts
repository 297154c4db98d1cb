import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { cursorPart, decodeCursor, encodeCursor } from './cursor.js';

const ID = '7a5c0c8e-3d7b-4c53-8d1c-1d2b6a7e9f00';
const NOW = '2026-11-28T09:15:00.123Z';

const byTime = z.tuple([cursorPart.time, cursorPart.id]);
const byText = z.tuple([cursorPart.text, cursorPart.id]);

describe('A cursor', () => {
  it('leads back to its place', () => {
    expect(decodeCursor(encodeCursor([NOW, ID]), byTime)).toEqual([NOW, ID]);
    expect(decodeCursor(encodeCursor(['Zoë 👋', ID]), byText)).toEqual(['Zoë 👋', ID]);
  });

  it.each([
    ['an empty one', '', byTime],
    ['no base64', '§', byTime],
    ['no JSON', Buffer.from('[').toString('base64url'), byTime],
    ['an object', Buffer.from('{}').toString('base64url'), byTime],
    ['a part too few', encodeCursor([NOW]), byTime],
    ['a part too many', encodeCursor([NOW, ID, ID]), byTime],
    ['no text for a time', encodeCursor([0, ID]), byTime],
    ['null for a time', encodeCursor([null, ID]), byTime],
    ['the year 0000', encodeCursor(['0000-01-01T00:00:00.000Z', ID]), byTime],
    ['a year before Christ', encodeCursor(['-000001-01-01T00:00:00.000Z', ID]), byTime],
    ['a year beyond 9999', encodeCursor(['+275760-09-13T00:00:00.000Z', ID]), byTime],
    ['a day that never was', encodeCursor(['2026-02-30T00:00:00.000Z', ID]), byTime],
    ['a time without milliseconds', encodeCursor(['2026-02-03T00:00:00Z', ID]), byTime],
    ['an id that is none', encodeCursor([NOW, 'x']), byTime],
    ['an id with a line behind it', encodeCursor([NOW, `${ID}\n`]), byTime],
    ['U+0000 in a text', encodeCursor(['a\0b', ID]), byText],
    ['a lone surrogate in a text', encodeCursor(['a\ud800', ID]), byText],
  ])('is refused where it is forged: %s', (_, cursor, place) => {
    expect(() => decodeCursor<unknown>(cursor, place)).toThrow(
      expect.objectContaining({ name: 'CodedError', code: 'invalid-cursor' }),
    );
  });
});
