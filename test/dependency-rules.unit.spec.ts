import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** A small house with the real one's rooms, under the real rule files. Every file has its reason to be there. */
const HOUSE: Readonly<Record<string, string>> = {
  'libs/contact/src/index.ts': "export * from './decide.js';",
  'libs/contact/src/decide.ts': 'export const decide = 1;',
  'libs/event-store/src/index.ts': "import '#contact';",
  'libs/contact-events/src/index.ts': "import '#contact';",
  'libs/contact-feed/src/index.ts': "import '#contact-events'; import '#event-store';",
  'libs/contact-feed/src/kafka-feed.ts': "import 'kafkajs';",
  'libs/read-model/src/index.ts': "import '#contact-events';",
  'libs/sync/src/index.ts': "import '#contact'; import '#event-store';",
  'libs/google-people/src/index.ts': "import '@googleapis/people';",
  'libs/platform/src/index.ts': "import 'zod';",
  'apps/contact-sync/src/main.ts': "import '#sync'; import '#read-model';",
};

/** What somebody might add on a bad day, the rule that forbids it, and where it leads. */
const PLANTED: readonly { rule: string; file: string; imports: string }[] = [
  { rule: 'contact-is-pure', file: 'libs/contact/src/with-a-package.ts', imports: 'uuid' },
  { rule: 'contact-is-pure', file: 'libs/contact/src/with-the-system.ts', imports: 'node:crypto' },
  { rule: 'contact-is-pure', file: 'libs/contact/src/with-a-library.ts', imports: '#platform' },
  {
    rule: 'libs-never-import-apps',
    file: 'libs/platform/src/app.ts',
    imports: '../../../apps/contact-sync/src/main.js',
  },
  { rule: 'apps-are-apart', file: 'apps/local/src/main.ts', imports: '../../contact-sync/src/main.js' },
  { rule: 'no-deep-imports', file: 'libs/sync/src/deep.ts', imports: '../../contact/src/decide.js' },
  {
    rule: 'no-deep-imports',
    file: 'apps/contact-sync/src/deep.ts',
    imports: '../../../libs/contact/src/decide.js',
  },
  {
    rule: 'writing-side-stays-out-of-reading-side',
    file: 'libs/read-model/src/ask-sync.ts',
    imports: '#sync',
  },
  {
    rule: 'writing-side-stays-out-of-reading-side',
    file: 'libs/event-store/src/ask-google.ts',
    imports: '#google-people',
  },
  {
    rule: 'read-model-knows-events-only-through-their-contract',
    file: 'libs/read-model/src/ask-the-log.ts',
    imports: '#event-store',
  },
  {
    rule: 'google-stays-in-its-adapter',
    file: 'libs/sync/src/ask-google.ts',
    imports: 'google-auth-library',
  },
  { rule: 'kafka-clients-stay-in-their-adapters', file: 'libs/sync/src/publish.ts', imports: 'kafkajs' },
  {
    rule: 'kafka-clients-stay-in-their-adapters',
    file: 'libs/sync/src/publish-again.ts',
    imports: '@platformatic/kafka',
  },
  { rule: 'platform-knows-no-domain', file: 'libs/platform/src/contact.ts', imports: '#contact' },
  { rule: 'no-dev-dependency-in-production', file: 'libs/sync/src/random.ts', imports: '@jest/globals' },
  { rule: 'nothing-unresolvable', file: 'libs/sync/src/typo.ts', imports: './nowhere.js' },
];

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

describe('the dependency rules', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contactstream-rules-'));
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) {
      cpSync(file, join(folder, file));
    }
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const build = (files: Readonly<Record<string, string>>): void => {
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${content}\n`);
    }
  };

  const violations = (): string[] => {
    const program = resolve('node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
    const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'apps', 'libs'];
    const report = JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })) as {
      summary: { violations: Violation[] };
    };
    return report.summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
  };

  it('pass a house built as drawn', () => {
    build(HOUSE);
    expect(violations()).toEqual([]);
  });

  it('catch every planted violation', () => {
    build(HOUSE);
    for (const { file, imports } of PLANTED) build({ [file]: `import '${imports}';` });

    const caught = violations();
    expect(PLANTED.filter(({ rule, file }) => !caught.includes(`${rule}: ${file}`))).toEqual([]);
  });

  it('catch two libraries that know each other', () => {
    build({ ...HOUSE, 'libs/event-store/src/index.ts': "import '#contact-feed';" });
    expect(violations().some((violation) => violation.startsWith('no-cycles: '))).toBe(true);
  });
});
