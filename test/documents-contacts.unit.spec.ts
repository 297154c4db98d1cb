import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { contactDataClasses, contactDetailsShape } from '#contact-events';

import { tableRows } from './support/markdown-tables.js';

const rows = tableRows(readFileSync('docs/contacts.md', 'utf8'));
const googlesClient = readFileSync('node_modules/@googleapis/people/build/v1.d.ts', 'utf8');

/** The words in backticks. */
const words = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);

/** What Google's own client says that there is. */
function membersOf(type: string): string[] {
  const body = new RegExp(`interface Schema\\$${type} \\{([^]*?)\\n {4}\\}`).exec(googlesClient)?.[1] ?? '';
  return [...body.matchAll(/^ {8}(\w+)\?:/gm)].map(([, member = '']) => member);
}

describe('docs/contacts.md', () => {
  it('has each member of a contact once', () => {
    const told = rows.flatMap((row) => words(row.Member));
    expect(told.sort()).toEqual(Object.keys(contactDetailsShape).sort());
  });

  it('says of each member of a contact which class it has, as the AsyncAPI document does', () => {
    const told = rows.flatMap((row) =>
      words(row['Members of a contact']).map((member) => [member, words(row.Class)[0]]),
    );
    expect(told).toHaveLength(Object.keys(contactDataClasses).length);
    expect(Object.fromEntries(told)).toEqual(contactDataClasses);
  });

  it('says of each field of a person what it becomes, or why it is left out', () => {
    const told = new Set(
      rows.flatMap((row) => words(row["Google's field"])).map((word) => /^\w+/.exec(word)?.[0]),
    );
    const fields = membersOf('Person').filter((field) => !['resourceName', 'etag'].includes(field));
    expect(fields.length).toBeGreaterThan(30);
    expect(fields.filter((field) => !told.has(field))).toEqual([]);
  });

  it.each(['Name', 'Organization', 'Location', 'Birthday'])('leaves out nothing of a %s unsaid', (type) => {
    const told = new Set(
      rows.flatMap((row) => Object.values(row).flatMap(words)).flatMap((word) => word.split(/\W+/)),
    );
    const members = membersOf(type).filter((member) => member !== 'metadata');
    expect(members.length).toBeGreaterThan(1);
    expect(members.filter((member) => !told.has(member))).toEqual([]);
  });
});
