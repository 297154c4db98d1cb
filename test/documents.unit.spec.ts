import { existsSync, globSync, readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { PROBLEMS } from '../apps/contact-sync/src/http/problems.js';
import { deadReferences, type Repository } from './support/dead-references.js';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

const ours: Repository = {
  has: existsSync,
  read: (file) => readFileSync(file, 'utf8'),
  npmScripts: new Set(Object.keys(scripts)),
};

const documents = globSync([
  '*.md',
  '{docs,bench,chaos,ops,test,examples}/**/*.md',
  '{apps,libs,tools}/*/*.md',
]).sort();

describe('The documents', () => {
  it('are found', () => {
    expect(documents).toEqual(
      expect.arrayContaining(['README.md', 'docs/README.md', 'docs/adr/README.md', 'bench/README.md']),
    );
  });

  it.each(documents)('%s refers to nothing that is not there', (file) => {
    expect(deadReferences(file, ours)).toEqual([]);
  });

  it('call the errors by the codes and statuses that they have', () => {
    const known = new Set(Object.entries(PROBLEMS).map(([code, { status }]) => `${status} ${code}`));
    const said = documents.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/`([45]\d\d [a-z][a-z-]+)`/g)].map(([, error = '']) => ({
        file,
        error,
      })),
    );
    expect(said.length).toBeGreaterThan(30);
    expect(said.filter(({ error }) => !known.has(error))).toEqual([]);
  });

  it('are where programs and alerts say that they are', () => {
    const programs = globSync('{apps,libs,tools,scripts,ops}/**/*.{ts,tsx,mjs,yaml,json}');
    const said = programs.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\bdocs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(
        ([address]) => address,
      ),
    );
    expect(said.length).toBeGreaterThan(50);
    const links = said.map((address) => `[x](${address})`).join('\n');
    const asked = { ...ours, read: (file: string) => (file === 'links.md' ? links : ours.read(file)) };
    expect(deadReferences('links.md', asked)).toEqual([]);
  });

  it('begin with a README that can be read in one go', () => {
    expect(readFileSync('README.md').byteLength).toBeLessThanOrEqual(10_240);
  });
});

/** A small repository, in which `docs/guide.md` is what a test makes it. */
function repositoryWith(guide: string): Repository {
  const files = new Map([
    [
      'README.md',
      '# Title\n\n## The `start` of it, all\n\n## Twice\n\n## Twice\n\n```sh\n## no heading\n```\n',
    ],
    ['docs/guide.md', guide],
    ['libs/contact/src/decide.ts', ''],
    ['apps/contact-sync/src/main.ts', ''],
  ]);
  const folders = new Set(
    [...files.keys()].flatMap((path) =>
      path.split('/').map((_, index, parts) => parts.slice(0, index).join('/')),
    ),
  );
  return {
    has: (path) => files.has(path) || folders.has(path),
    read: (file) => files.get(file) ?? '',
    npmScripts: new Set(['start', 'test', 'build', 'lint:unused']),
  };
}

describe('What a document refers to', () => {
  it.each([
    ['a link to a file', '[x](../README.md)'],
    ['a link to a folder', '[x](../libs/contact/)'],
    ['a link to the world', '[x](https://example.org/nowhere.md#nothing)'],
    ['a link whose text is code, over two lines', '[`the\nway`](../libs/contact/src/decide.ts)'],
    ['a link by reference', '[x][y]\n\n[y]: ../README.md#title'],
    ['a heading of another document', '[x](../README.md#the-start-of-it-all)'],
    ['a heading that is there twice', '[x](../README.md#twice-1)'],
    ['a heading of its own', '# On top\n\n[x](#on-top)'],
    ['a path', '`libs/contact/src/decide.ts`, `./libs/contact/src/`'],
    ['a path with a part that stands for any', '`libs/*/src/index.ts`, `libs/contact/src/<topic>/any.ts`'],
    ['a path of somebody else', '`src/nowhere.ts`, `lib/nowhere.ts`'],
    ['a built program', '```sh\nnode dist/apps/contact-sync/src/main.js\n```'],
    [
      'npm scripts',
      '`npm start`, `npm test -- x`, `npm run build`, `npm run -s lint:unused`, `npm run`, `npm install`',
    ],
    ['what is code, not a link', '`[x](nowhere.md)`\n\n```\n[x](nowhere.md)\n```'],
  ])('may be %s', (_, text) => {
    expect(deadReferences('docs/guide.md', repositoryWith(text))).toEqual([]);
  });

  it.each([
    ['a dead link', '\n[x](nowhere.md)', ':2: nowhere.md: there is no docs/nowhere.md'],
    ['a dead link by reference', '[x][y]\n\n[y]: nowhere.md', ':3: nowhere.md: there is no docs/nowhere.md'],
    ['a dead image', '![x](nowhere.png "a title")', ':1: nowhere.png: there is no docs/nowhere.png'],
    [
      'a dead image in HTML',
      '<img alt="x"\n  src="nowhere.png">',
      ':1: nowhere.png: there is no docs/nowhere.png',
    ],
    [
      'a dead image for dark windows',
      '<source media="x" srcset="nowhere.png">',
      ':1: nowhere.png: there is no docs/nowhere.png',
    ],
    ['a link out of the repository', '[x](../../x.md)', ':1: ../../x.md: it leads out of the repository'],
    ['a dead anchor', '[x](../README.md#start)', ':1: ../README.md#start: there is no heading "start"'],
    ['a dead anchor of its own', '# On top\n\n[x](#below)', ':3: #below: there is no heading "below"'],
    [
      'an anchor in a code block',
      '[x](../README.md#no-heading)',
      ':1: ../README.md#no-heading: there is no heading "no-heading"',
    ],
    [
      'a dead path',
      'x\n\n`libs/contact/src/gone.ts`',
      ':3: libs/contact/src/gone.ts: there is no libs/contact/src/gone.ts',
    ],
    ['a dead folder', '`libs/gone/src/*.ts`', ':1: libs/gone/src/*.ts: there is no libs/gone/src'],
    [
      'a dead path in a command',
      '```sh\nnpm test -- test/gone.spec.ts\n```',
      ':2: test/gone.spec.ts: there is no test/gone.spec.ts',
    ],
    [
      'a program that is not built',
      '```sh\nnode dist/apps/gone/src/main.js\n```',
      ':2: dist/apps/gone/src/main.js: there is no apps/gone/src/main.ts',
    ],
    ['a dead npm script', '`npm run gone`', ':1: gone: package.json has no such script'],
    [
      'a dead npm script in a block',
      '```sh\nnpm run gone -- --dry-run\n```',
      ':2: gone: package.json has no such script',
    ],
  ])('is told where it is %s', (_, text, dead) => {
    expect(deadReferences('docs/guide.md', repositoryWith(text))).toEqual([`docs/guide.md${dead}`]);
  });
});
