import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { asvsLevel2 } from './support/asvs-level-2.js';
import { tableRows } from './support/markdown-tables.js';

/** What a cell leads to: `[text](target)`. */
interface Link {
  readonly text: string;
  readonly target: string;
}

const linksOf = (cell = ''): Link[] =>
  [...cell.matchAll(/\[([^\]]+)\]\(([^()\s]+)\)/g)].map(([, text = '', target = '']) => ({ text, target }));

/** The links to a spec whose file is not there, or has no test of that name. */
function deadTests(links: readonly Link[]): Link[] {
  return links.filter(({ text, target }) => {
    if (!target.endsWith('.spec.ts')) return false;
    const file = join('docs', target);
    return !existsSync(file) || !readFileSync(file, 'utf8').includes(text);
  });
}

const rows = tableRows(readFileSync('docs/security-requirements.md', 'utf8'));
const requirements = rows.filter((row) => 'Requirement' in row);
const asvs = requirements.filter((row) => row.Requirement?.startsWith('v5.0.0-'));
const limitedUse = requirements.filter((row) => row.Requirement?.startsWith('GL-'));

describe('docs/security-requirements.md', () => {
  it('has each requirement of ASVS 5.0 level 2 once, in order, and no other', () => {
    expect(asvs.map((row) => row.Requirement)).toEqual(asvsLevel2);
    expect(asvs).toHaveLength(253);
    expect(asvs.length + limitedUse.length).toBe(requirements.length);
  });

  it('names for each that is met what shows it', () => {
    const met = requirements.filter(({ State }) => State === 'met');
    expect(met.filter((row) => linksOf(row['Shown by']).length === 0)).toEqual([]);
  });

  it('says for each that is not met why', () => {
    const others = requirements.filter(({ State }) => State !== 'met');
    expect(others.filter((row) => row['Where, or why'] === '')).toEqual([]);
    expect(others.filter((row) => row['Shown by'] !== '')).toEqual([]);
  });

  it('names no test that is not there', () => {
    expect(deadTests(requirements.flatMap((row) => linksOf(row['Shown by'])))).toEqual([]);
  });

  it.each([
    ['ASVS 5.0 level 2', asvs],
    ["Google's Limited Use", limitedUse],
  ])('counts its rows as they are: %s', (list, counted) => {
    const states = ['met', 'not applicable', 'open'];
    const summary = rows.find((row) => row.List === list);
    for (const state of states)
      expect([state, summary?.[state]]).toEqual([
        state,
        String(counted.filter(({ State }) => State === state).length),
      ]);
    expect(counted.filter(({ State = '' }) => !states.includes(State))).toEqual([]);
  });
});

describe('docs/threat-model.md', () => {
  const threats = tableRows(readFileSync('docs/threat-model.md', 'utf8')).filter((row) => 'Threat' in row);

  it('names a test for each threat, or says that it is open', () => {
    expect(threats.length).toBeGreaterThan(20);
    const without = threats.filter((row) => linksOf(row.Test).length === 0);
    expect(without.filter(({ Measure = '' }) => !/\bopen: \[|^not closed: /.test(Measure))).toEqual([]);
  });

  it('names no test that is not there', () => {
    expect(deadTests(threats.flatMap((row) => linksOf(row.Test)))).toEqual([]);
  });
});

describe('What a table names as a test', () => {
  const THIS = '../test/documents-security.unit.spec.ts';

  it.each([
    ['is there', 'names no test that is not there', THIS, 0],
    ['is not there', ['no', 'such', 'test'].join(' '), THIS, 1],
    ['is in no file', 'names no test that is not there', '../test/none.unit.spec.ts', 1],
  ])('%s', (_, text, target, dead) => {
    expect(deadTests([{ text, target }])).toHaveLength(dead);
  });
});
