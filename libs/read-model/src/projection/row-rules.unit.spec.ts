import { hash } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import { readPerson } from '#contact';

import { foldRow } from './contact-row.js';
import { ROW_RULES } from './row-rules.sql.js';

const ID = '5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a11';

/** What a person in each script is stored as. */
function rowOf(displayName: string) {
  const person = readPerson({
    resourceName: 'people/a',
    names: [{ displayName, givenName: displayName }],
    phoneNumbers: [
      { value: '0172 5550199', canonicalForm: '+491725550199' },
      { value: '+39 06 1234567' },
      { value: '*31#030 123456 ext. 12' },
    ],
  });
  if (person.kind !== 'seen') throw new Error('The person is deleted');
  const at = '2026-02-01T00:00:00.000Z';
  return foldRow([
    {
      contactId: ID,
      accountId: ID,
      resourceName: 'people/a',
      version: 1,
      runId: ID,
      type: 'ContactUpdated',
      change: 'created',
      changedFields: [],
      contact: { ...person.details, id: ID, accountId: ID, resourceName: 'people/a', updatedAt: at },
      occurredAt: at,
    },
  ]);
}

describe('The rules by which rows are made', () => {
  /**
   * When this fails, rows hold something else of the same events: raise ROW_RULES in row-rules.sql.ts, so that tables
   * from before are made anew, and put in what this gives.
   */
  it('are those of their number', () => {
    const names = [
      'Søren O’Dowd',
      'Müller',
      'Łęcki-Đặng',
      'Иванов',
      'Παπαδόπουλος',
      'محمد',
      'דוד',
      '山田',
      'きょうこ',
      '김',
    ];
    const rows = hash('sha256', JSON.stringify(names.map(rowOf)), 'base64url').slice(0, 12);
    expect([ROW_RULES, rows]).toEqual([3, 'eQeAL3wdaCCq']);
  });
});
