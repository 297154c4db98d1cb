import { describe, expect, it } from '@jest/globals';

import { storableText } from './json-reader.js';

describe('A text that PostgreSQL is to hold', () => {
  it('loses U+0000, and each lone surrogate becomes U+FFFD', () => {
    expect(storableText('Nul\u0000l \ud800 👋')).toBe('Null \ufffd 👋');
  });

  it('is otherwise as it was', () => {
    expect(storableText(' Zoë\t👋\u200b')).toBe(' Zoë\t👋\u200b');
  });
});
