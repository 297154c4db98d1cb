import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { runJest } from './jest.mjs';
import { Problem } from './problem.mjs';
import { inProject, projectRoot } from './project.mjs';

const ASYNCAPI = 'libs/contact-events/schemas/asyncapi.json';

/** Where the version stands; each place is found once in its file, but for the lock file, which has it twice. */
const VERSIONS = [
  ['package.json', /^( {2}"version": ")([^"]+)/m],
  ['package-lock.json', /^( {2}"version": ")([^"]+)/m],
  ['package-lock.json', /^( {6}"name": "contactstream",\n {6}"version": ")([^"]+)/m],
  ['apps/contact-sync/src/version.ts', /(VERSION = ')([^']+)/],
  ['libs/contact-events/schemas/package.json', /^( {2}"version": ")([^"]+)/m],
  [ASYNCAPI, /^( {4}"version": ")([^"]+)/m],
  ['Dockerfile', /(image\.version=")([^"]+)/],
];

/** What every section of docs/upgrade-notes.md says, in this order. */
const NOTES = ['Before', 'At the first start', 'Afterwards', 'Way back'];

/** Whatever reads the version somewhere says whether all places agree. */
const CHECKS = ['version.unit', 'documents/pages', 'compose.unit'];

/** `npm run release -- <version> [--dry-run]`: a commit and a tag, which are pushed by hand. */
export async function release(args) {
  const isDry = args.includes('--dry-run');
  const [version, ...others] = args.filter((arg) => arg !== '--dry-run');
  if (version === undefined || others.length > 0)
    throw new Problem('Say which version: npm run release -- 1.2.3 [--dry-run]', 2);
  const tag = `v${version}`;
  refuseVersion(version, tag);
  refuseWorkTree();
  const changes = changesFor(version);
  if (isDry) {
    for (const [file, text] of changes) console.log(difference(file, text));
    console.log(
      `Would check that versions agree, commit "Release ${version}" and tag it ${tag}. Nothing was changed.`,
    );
    return 0;
  }
  for (const [file, text] of changes) writeFileSync(inProject(file), text);
  const code = await runJest(['--selectProjects', 'unit', '--silent', '--', ...CHECKS]);
  if (code !== 0) {
    git('checkout', '--', ...changes.keys());
    throw new Problem('Not released: a check failed, see above. What was changed is as it was.');
  }
  git('add', '--', ...changes.keys());
  git('commit', '--quiet', '--message', `Release ${version}`);
  git('tag', '--annotate', '--message', `contactstream ${version}`, tag);
  console.log(`Released ${version}, on this machine alone. To publish it: git push origin main ${tag}`);
  return 0;
}

function refuseVersion(version, tag) {
  const parts = partsOf(version);
  if (parts === null) throw new Problem(`"${version}" is no version such as 1.2.3.`, 2);
  const { version: current } = JSON.parse(read('package.json'));
  const [difference = 0] = partsOf(current)
    .map((part, index) => parts[index] - part)
    .filter((difference) => difference !== 0);
  if (difference < 0) throw new Problem(`${version} is older than package.json's ${current}.`, 2);
  if (git('tag', '--list', tag) !== '')
    throw new Problem(`${version} is released already: there is a tag ${tag}.`);
}

function partsOf(version) {
  return /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/.test(version) ? version.split('.').map(Number) : null;
}

function refuseWorkTree() {
  const branch = git('branch', '--show-current');
  if (branch !== 'main')
    throw new Problem(`Releases are made on main, and this is ${branch || 'no branch'}.`);
  const changed = git('status', '--porcelain');
  if (changed !== '') throw new Problem(`Commit or put away what is changed first:\n${changed}`);
}

/** @returns {Map<string, string>} files, and what they will hold */
function changesFor(version) {
  const changes = new Map();
  const text = (file) => changes.get(file) ?? read(file);
  for (const [file, place] of VERSIONS) {
    if (!place.test(text(file))) throw new Problem(`${file} has no version where ${place} looks for it.`);
    changes.set(
      file,
      text(file).replace(place, (_, before) => `${before}${version}`),
    );
  }
  // What consumers rely on from now on.
  changes.set('libs/contact-events/schemas/published/asyncapi.json', text(ASYNCAPI));
  const date = new Date().toISOString().slice(0, 10);
  changes.set('CHANGELOG.md', changelogWith(version, date, text('CHANGELOG.md')));
  changes.set('docs/upgrade-notes.md', notesWith(version, date, text('docs/upgrade-notes.md')));
  for (const [file, made] of changes) if (made === read(file)) changes.delete(file);
  return changes;
}

/** The heading stays, empty, for what comes next; "To become 1.2.3" has come true. */
function changelogWith(version, date, changelog) {
  const [, unreleased = ''] = changelog.split(/^## /m);
  if (!unreleased.startsWith('[Unreleased]\n') || !/^- /m.test(unreleased))
    throw new Problem('CHANGELOG.md has nothing under "## [Unreleased]".');
  return changelog.replace(
    /^## \[Unreleased\]\n\n(?:To become .*\n\n)?/m,
    `## [Unreleased]\n\n## [${version}] - ${date}\n\n`,
  );
}

function notesWith(version, date, notes) {
  const sections = notes.split(/^## /m).slice(1);
  if (!sections[0]?.startsWith('Unreleased\n'))
    throw new Problem(`${version} has no notes: write "## Unreleased" on top of docs/upgrade-notes.md.`);
  for (const section of sections) {
    const said = [...section.matchAll(/^### (.+)\n\n(?!#)\S/gm)].map(([, heading]) => heading);
    if (said.join() !== NOTES.join())
      throw new Problem(
        `docs/upgrade-notes.md says under "## ${section.split('\n')[0]}" of: ${said.join(', ') || 'nothing'}. It is to be: ${NOTES.join(', ')}.`,
      );
  }
  return notes.replace('## Unreleased\n', `## ${version} - ${date}\n`);
}

function difference(file, text) {
  const { stdout } = spawnSync('git', ['diff', '--no-index', '--unified=0', '--', file, '-'], {
    cwd: projectRoot,
    input: text,
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => /^[-+](?![-+]{2})/.test(line));
  const shown = lines.length > 12 ? [...lines.slice(0, 12), `… ${lines.length - 12} lines more`] : lines;
  return [file, ...shown.map((line) => `  ${line}`)].join('\n');
}

function git(...args) {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: projectRoot, encoding: 'utf8' });
  if (status !== 0) throw new Problem(`git ${args[0]} failed: ${error?.message ?? stderr.trimEnd()}`);
  return stdout.trimEnd();
}

function read(file) {
  return readFileSync(inProject(file), 'utf8');
}
