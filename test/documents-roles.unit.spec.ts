import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { ROLES, SCOPES } from '#platform';

import { codeOf, tableRows } from './support/markdown-tables.js';

const told = (file: string, column: string): (string | null)[] =>
  tableRows(readFileSync(file, 'utf8'))
    .filter((row) => column in row)
    .map((row) => codeOf(row[column] ?? ''));

describe('The documents say', () => {
  it('of each role what a process does', () => {
    expect(told('docs/operations.md', 'Role').sort()).toEqual([...ROLES].sort());
  });

  it('of each scope what a token allows', () => {
    expect(told('docs/configuration.md', 'Scope').sort()).toEqual([...SCOPES].sort());
  });
});
