import { globSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { counted } from '#platform';

/** What messages count. */
const NOUNS =
  'accounts|bytes|connections|contacts|deletions|entries|events|faults|keys|letters|members|messages|migrations|pages|' +
  'partitions|persons|records|rights|rows|sign-ins|syncs|times|tokens|topics';

/** A number before a noun in the plural, as a template has it; a constant is known to be more than one. */
const BARE = new RegExp(String.raw`\$\{(?![A-Z_]+\})[^{}]*\} (?:${NOUNS})\b`);

/** Where it is always more than one, or no message. */
const MORE_THAN_ONE = new Set([
  'apps/cli/src/find-account.ts', // several are called so
  'apps/dashboard/src/pages/account/account-page.tsx', // failures > 1
  'apps/dashboard/src/pages/run/progress-bar.tsx', // for those who hear the page
  'apps/dashboard/src/words/outcomes.ts', // failures > 1
  'libs/accounts/src/accounts.ts', // others beside one
  'libs/kafka/src/topics/kafka-topics.ts', // bytes of a record
  'libs/read-model/src/queries/export/contacts-by-id.sql.ts', // SQL
]);

describe('What messages count', () => {
  it('is one, or more', () => {
    expect([counted(0, 'page'), counted(1, 'page'), counted(2n, 'entry', 'entries')]).toEqual([
      '0 pages',
      '1 page',
      '2 entries',
    ]);
  });

  it('is counted in one way', () => {
    const files = globSync('{apps,libs,tools}/**/src/**/*.{ts,tsx}').filter(
      (file) => !file.endsWith('.spec.ts') && !file.includes('node_modules') && !MORE_THAN_ONE.has(file),
    );
    expect(files.length).toBeGreaterThan(500);
    const bare = files.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => BARE.test(line) && !line.includes('counted('))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(bare).toEqual([]);
  });
});
