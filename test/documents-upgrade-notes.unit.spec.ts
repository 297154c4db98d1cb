import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

describe('docs/upgrade-notes.md', () => {
  it('says the same of each version: before, at the first start, afterwards, and the way back', () => {
    const headings = readFileSync('docs/upgrade-notes.md', 'utf8')
      .split(/^## /m)
      .slice(1)
      .map((section) => [...section.matchAll(/^### (.+)\n\n(?!#)\S/gm)].map(([, heading]) => heading));
    expect(headings.length).toBeGreaterThan(0);
    for (const said of headings) {
      expect(said).toEqual(['Before', 'At the first start', 'Afterwards', 'Way back']);
    }
  });
});
