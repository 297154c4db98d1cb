import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { ACTOR_KINDS, OPERATIONS } from '#audit';

import { AUDIT_ACTIONS, READ, REQUEST } from '../apps/contact-sync/src/audit/audit-actions.js';
import { codeOf, tableRows } from './support/markdown-tables.js';

describe('docs/audit.md', () => {
  const rows = tableRows(readFileSync('docs/audit.md', 'utf8'));
  const told = (column: string): (string | null)[] =>
    rows.flatMap((row) => (column in row ? [codeOf(row[column] ?? '')] : [])).sort();

  it('has each action once', () => {
    const actions = [...Object.keys(AUDIT_ACTIONS), READ, REQUEST, ...OPERATIONS, 'account.erase-again'];
    expect(told('Action')).toEqual(actions.sort());
  });

  it('has each kind of actor once', () => {
    expect(told('Kind')).toEqual([...ACTOR_KINDS].sort());
  });
});
