import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

const NOTES = `# Upgrade notes

## Unreleased

### Before

Nothing.

### At the first start

Nothing.

### Afterwards

Nothing.

### Way back

Start the old version.
`;

/** Later than whatever the project's own version is. */
const VERSION = '99.0.1';
const TODAY = new Date().toISOString().slice(0, 10);

describe('npm run release', () => {
  let clone: string;
  let begin: string;
  const at = (file: string): string => join(clone, file);
  const read = (file: string): string => readFileSync(at(file), 'utf8');
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: clone, encoding: 'utf8' }).trim();
  const commit = (file: string, text: string): void => {
    writeFileSync(at(file), text);
    git('commit', '--quiet', '--all', '--message', `Change ${file}`);
  };
  const release = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'release', ...args], {
      cwd: clone,
      encoding: 'utf8',
    });
    return { status, said: stdout + stderr };
  };

  /** The project as it is in this folder, whether it is committed or not, on a main of its own. */
  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), 'contactstream-release-'));
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      encoding: 'utf8',
    });
    for (const file of new Set(files.split('\0'))) {
      if (file !== '' && existsSync(file)) cpSync(file, at(file));
    }
    symlinkSync(resolve('node_modules'), at('node_modules'));
    git('init', '--quiet', '--initial-branch=main');
    git('config', 'user.name', 'Releaser');
    git('config', 'user.email', 'releaser@example.org');
    writeFileSync(at('.git/info/exclude'), 'node_modules\n');
    writeFileSync(at('docs/upgrade-notes.md'), NOTES);
    writeFileSync(
      at('CHANGELOG.md'),
      '# Changelog\n\n## [Unreleased]\n\nTo become 99.0.1.\n\n### Added\n\n- A thing.\n\n## [0.0.1] - 2020-01-01\n\n- Another.\n',
    );
    git('add', '--all');
    git('commit', '--quiet', '--message', 'Begin');
    begin = git('rev-parse', 'HEAD');
  });
  afterAll(() => {
    rmSync(clone, { recursive: true });
  });
  beforeEach(() => {
    git('switch', '--quiet', '--force-create', 'main', begin);
    git('reset', '--quiet', '--hard');
    git('clean', '--quiet', '--force');
    for (const tag of git('tag').split('\n')) if (tag !== '') git('tag', '--delete', tag);
  });

  it('sets the version everywhere, moves what was unreleased under it, commits and tags', () => {
    expect(release(VERSION)).toMatchObject({
      status: 0,
      said: expect.stringContaining(`git push origin main v${VERSION}`),
    });
    expect(JSON.parse(read('package.json'))).toMatchObject({ version: VERSION });
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({
      version: VERSION,
      packages: { '': { version: VERSION } },
    });
    expect(JSON.parse(read('libs/contact-events/schemas/package.json'))).toMatchObject({ version: VERSION });
    expect(read('apps/contact-sync/src/version.ts')).toContain(`'${VERSION}'`);
    expect(read('Dockerfile')).toContain(`image.version="${VERSION}"`);
    const published = read('libs/contact-events/schemas/published/asyncapi.json');
    expect(JSON.parse(published)).toMatchObject({ info: { version: VERSION } });
    expect(published).toBe(read('libs/contact-events/schemas/asyncapi.json'));
    expect(read('CHANGELOG.md')).toBe(
      `# Changelog\n\n## [Unreleased]\n\n## [${VERSION}] - ${TODAY}\n\n### Added\n\n- A thing.\n\n## [0.0.1] - 2020-01-01\n\n- Another.\n`,
    );
    expect(read('docs/upgrade-notes.md')).toBe(NOTES.replace('Unreleased', `${VERSION} - ${TODAY}`));
    expect(git('status', '--porcelain')).toBe('');
    expect(git('log', '--format=%s %D', '-1')).toBe(`Release ${VERSION} HEAD -> main, tag: v${VERSION}`);

    expect(release(VERSION).said).toContain(`there is a tag v${VERSION}`);
  });

  it('says beforehand what it would do, and does nothing', () => {
    const { status, said } = release(VERSION, '--dry-run');
    expect(status).toBe(0);
    for (const line of [
      `+  "version": "${VERSION}"`,
      `+## [${VERSION}] - ${TODAY}`,
      'docs/upgrade-notes.md',
      'Dockerfile',
    ])
      expect(said).toContain(line);
    expect([git('status', '--porcelain'), git('tag'), git('log', '--format=%s')]).toEqual(['', '', 'Begin']);
  });

  it.each([
    ['without a version', () => null, [], 'Say which version'],
    ['of what is no version', () => null, ['1.2'], '"1.2" is no version'],
    ['of an older version', () => null, ['0.0.9'], 'is older than'],
    [
      'of a work tree that is changed',
      () => {
        writeFileSync(at('new'), '');
      },
      [VERSION],
      'Commit or put away',
    ],
    [
      'of another branch',
      () => git('switch', '--quiet', '--create', 'other'),
      [VERSION],
      'and this is other',
    ],
    [
      'without notes',
      () => {
        commit('docs/upgrade-notes.md', '# Upgrade notes\n');
      },
      [VERSION],
      'has no notes',
    ],
    [
      'with notes that leave something out',
      () => {
        commit('docs/upgrade-notes.md', NOTES.replace('Start the old version.\n', ''));
      },
      [VERSION],
      'of: Before, At the first start, Afterwards. It is to be:',
    ],
    [
      'without changes',
      () => {
        commit('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n\n## [0.0.1]\n\n- A.\n');
      },
      [VERSION],
      'has nothing under',
    ],
    [
      'whose places do not agree',
      () => {
        commit(
          'libs/contact-events/schemas/asyncapi.json',
          read('libs/contact-events/schemas/asyncapi.json').replace('contacts.events', 'others'),
        );
      },
      [VERSION],
      'a check failed',
    ],
  ])('makes no release %s', (_, prepare, args, why) => {
    prepare();
    const before = [git('log', '--format=%s'), git('status', '--porcelain')];
    const { status, said } = release(...args);
    expect(said).toContain(why);
    expect(status).not.toBe(0);
    expect([git('log', '--format=%s'), git('status', '--porcelain')]).toEqual(before);
    expect(git('tag')).toBe('');
  });
});
