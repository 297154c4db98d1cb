import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** A small house with the real one's rooms, under the real rule files. Every file has its reason to be there. */
const HOUSE: Readonly<Record<string, string>> = {
  'libs/contact/src/index.ts': "export * from './decide.js';",
  'libs/contact/src/decide.ts': 'export const decide = 1;',
  'libs/platform/src/index.ts': "import 'zod';",
  'libs/contact-events/src/index.ts': "import '#contact';",
  'libs/contact-export/src/index.ts': "import '#contact'; import '#platform';",
  'libs/event-store/src/index.ts': "import '#platform';",
  'libs/google-people/src/index.ts': "import '@googleapis/people';",
  'libs/accounts/src/index.ts': "import '#google-people';",
  'libs/sync/src/index.ts': "import './pages/stored-pages.js';",
  'libs/sync/src/pages/stored-pages.ts':
    "import '../runs/run.js'; import '#contact'; import '#event-store'; import '#accounts';",
  'libs/sync/src/runs/run.ts': "import '#platform';",
  'libs/publishing/src/index.ts': "import '#contact-events'; import '#event-store';",
  'libs/read-model/src/index.ts': "import '#contact-events'; import '#event-store';",
  'libs/offboarding/src/index.ts': "import '#accounts'; import '#sync'; import '#read-model';",
  'libs/kafka/src/index.ts':
    "import 'kafkajs'; import '#publishing'; import '#read-model'; import '#offboarding';",
  'libs/database/src/index.ts':
    "import '#accounts'; import '#sync'; import '#publishing'; import '#read-model'; import '#offboarding';",
  'apps/contact-sync/src/main.ts':
    "import '#sync'; import '#read-model'; import '#kafka'; import '#database';",
  'tools/log-recovery/src/main.ts': "import '#sync'; import '#kafka'; import '#database';",
  'examples/consumers/javascript/copy.mjs': "import '@platformatic/kafka';",
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
  {
    rule: 'libs-never-import-apps',
    file: 'libs/platform/src/tool.ts',
    imports: '../../../tools/log-recovery/src/main.js',
  },
  {
    rule: 'tools-never-import-apps',
    file: 'tools/log-recovery/src/app.ts',
    imports: '../../../apps/contact-sync/src/main.js',
  },
  { rule: 'apps-are-apart', file: 'apps/local/src/main.ts', imports: '../../contact-sync/src/main.js' },
  {
    rule: 'contact-export-only-writes',
    file: 'libs/contact-export/src/with-contacts.ts',
    imports: '#read-model',
  },
  { rule: 'apps-are-apart', file: 'apps/cli/src/migrate.ts', imports: '../../contact-sync/src/main.js' },
  { rule: 'clients-talk-rest-alone', file: 'apps/cli/src/ask.ts', imports: '#sync' },
  {
    rule: 'clients-talk-rest-alone',
    file: 'apps/cli/src/recover.ts',
    imports: '../../../tools/log-recovery/src/main.js',
  },
  { rule: 'clients-talk-rest-alone', file: 'apps/dashboard/src/ask.ts', imports: '#sync' },
  { rule: 'no-deep-imports', file: 'libs/sync/src/deep.ts', imports: '../../contact/src/decide.js' },
  {
    rule: 'no-deep-imports',
    file: 'apps/contact-sync/src/deep.ts',
    imports: '../../../libs/contact/src/decide.js',
  },
  {
    rule: 'no-deep-imports',
    file: 'tools/log-recovery/src/deep.ts',
    imports: '../../../libs/contact/src/decide.js',
  },
  ...['event-store', 'read-model', 'publishing', 'kafka', 'contact-events'].flatMap((library) =>
    ['sync', 'accounts', 'google-people'].map((writing) => ({
      rule: 'writing-side-stays-out-of-reading-side',
      file: `libs/${library}/src/ask-${writing}.ts`,
      imports: `#${writing}`,
    })),
  ),
  ...['accounts', 'sync', 'read-model', 'publishing'].map((library) => ({
    rule: 'the-end-of-accounts-knows-and-is-not-known',
    file: `libs/${library}/src/ask-offboarding.ts`,
    imports: '#offboarding',
  })),
  {
    rule: 'google-stays-in-its-adapter',
    file: 'libs/sync/src/ask-google.ts',
    imports: 'google-auth-library',
  },
  {
    rule: 'kafka-clients-stay-in-their-adapters',
    file: 'libs/publishing/src/publish.ts',
    imports: 'kafkajs',
  },
  {
    rule: 'kafka-clients-stay-in-their-adapters',
    file: 'apps/contact-sync/src/publish.ts',
    imports: '@platformatic/kafka',
  },
  { rule: 'adapters-depend-on-ports', file: 'libs/publishing/src/client.ts', imports: '#kafka' },
  { rule: 'adapters-depend-on-ports', file: 'libs/read-model/src/client.ts', imports: '#kafka' },
  { rule: 'no-http-in-libs', file: 'libs/accounts/src/answer.ts', imports: 'express' },
  { rule: 'no-http-in-libs', file: 'libs/sync/src/serve.ts', imports: 'node:http' },
  { rule: 'openid-client-stays-in-access', file: 'libs/platform/src/person.ts', imports: 'openid-client' },
  { rule: 'opentelemetry-stays-in-tracing', file: 'libs/sync/src/span.ts', imports: '@opentelemetry/api' },
  { rule: 'no-http-in-libs', file: 'libs/sync/src/document.ts', imports: '@nestjs/swagger' },
  { rule: 'the-service-is-put-together-once', file: 'libs/sync/src/all-tables.ts', imports: '#database' },
  { rule: 'platform-knows-no-domain', file: 'libs/platform/src/contact.ts', imports: '#contact' },
  { rule: 'no-dev-dependency-in-production', file: 'libs/sync/src/random.ts', imports: '@jest/globals' },
  {
    rule: 'no-dev-dependency-in-production',
    file: 'tools/log-recovery/src/random.ts',
    imports: '@jest/globals',
  },
  {
    rule: 'examples-stand-alone',
    file: 'examples/consumers/javascript/contact.mjs',
    imports: '../../../libs/contact/src/index.js',
  },
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
    const args = [
      program,
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'json',
      'apps',
      'libs',
      'tools',
      'examples',
    ];
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
    build({ ...HOUSE, 'libs/event-store/src/index.ts': "import '#publishing';" });
    expect(violations().some((violation) => violation.startsWith('no-cycles: '))).toBe(true);
  });

  it('catch two folders of a library that know each other, without a cycle of files', () => {
    build({
      ...HOUSE,
      'libs/sync/src/runs/end.ts': "import '../pages/count.js';",
      'libs/sync/src/pages/count.ts': 'export const count = 1;',
    });
    const caught = violations();
    expect(caught.some((violation) => violation.startsWith('no-folder-cycles: '))).toBe(true);
    expect(caught.some((violation) => violation.startsWith('no-cycles: '))).toBe(false);
  });
});
