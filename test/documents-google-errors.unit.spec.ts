import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { GOOGLE_ERROR_CLASSES } from '#google-people';

import { tableRows } from './support/markdown-tables.js';

describe("docs/troubleshooting.md on Google's answers", () => {
  const rows = tableRows(readFileSync('docs/troubleshooting.md', 'utf8')).filter((row) => 'Class' in row);

  it('says of each class what the code has it mean', () => {
    expect(rows).toEqual(
      GOOGLE_ERROR_CLASSES.map(({ type, answer, fault, lasts, reaction, who, remedy, code }) => ({
        Class: `\`${type.name}\``,
        'Google answers': answer,
        'Whose fault': fault,
        'Passing or final': lasts,
        'The service': reaction,
        'Who must act': who,
        'What a failed run says': remedy,
        Code: `\`${code}\``,
      })),
    );
  });
});
