import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, configurationVariables, readConfiguration, secretVariables } from '#platform';

import { codeOf, tableRows } from './support/markdown-tables.js';

/** What the service cannot do without. */
const REQUIRED: Readonly<Record<string, string>> = {
  DATABASE_URL: 'postgres://user:password@localhost:5432/database',
  ENCRYPTION_KEY: Buffer.alloc(32).toString('base64'),
  GOOGLE_CLIENT_ID: 'id',
  GOOGLE_CLIENT_SECRET: 'secret',
};

/** Read by `npm run kafka`, not by the service. */
const OF_LOCAL_KAFKA = 'KAFKA_PORT';

const rows = tableRows(readFileSync('docs/configuration.md', 'utf8')).filter((row) => 'Variable' in row);
const defaults = new Map(rows.map((row) => [codeOf(row.Variable ?? '') ?? '', row.Default ?? '']));
const unset = readConfiguration(REQUIRED);

/** A default may be made of other variables, such as `http://HOST:PORT`, and theirs of others. */
function written(text: string): string {
  return text.replaceAll(/[A-Z][A-Z_]+/g, (name) => {
    const literal = codeOf(defaults.get(name) ?? '');
    return REQUIRED[name] ?? (literal === null ? name : written(literal));
  });
}

describe('docs/configuration.md', () => {
  it('has each variable of the service once, and no other', () => {
    expect(rows.map((row) => codeOf(row.Variable ?? '')).sort()).toEqual([...configurationVariables].sort());
  });

  it.each([...defaults])('says what leaving out %s means: %s', (name, cell) => {
    const literal = codeOf(cell);
    if (literal !== null) {
      expect(readConfiguration({ ...REQUIRED, [name]: written(literal) })).toEqual(unset);
    } else if (cell === 'required') {
      const others = Object.entries(REQUIRED).filter(([required]) => required !== name);
      expect(() => readConfiguration(Object.fromEntries(others))).toThrow(ConfigurationError);
      expect(() => readConfiguration(Object.fromEntries(others))).toThrow(name);
    } else {
      expect(cell).toBe('none');
      const value = Object.entries(unset).find(([variable]) => variable === name)?.[1];
      expect([undefined, '', 0]).toContain(Array.isArray(value) ? value.length : value);
    }
  });
});

describe('What the documents say that', () => {
  it('may stand in a file, is each secret', () => {
    const [, section = ''] =
      /^## Secrets from files\n([^]*?)^## /m.exec(readFileSync('docs/configuration.md', 'utf8')) ?? [];
    const named = new Set([...section.matchAll(/`([A-Z_]+)_FILE`/g)].map(([, name]) => name));
    expect([...named].sort()).toEqual([...secretVariables].sort());
  });

  it('a process does, is of each role', () => {
    const roles = tableRows(readFileSync('docs/operations.md', 'utf8')).filter((row) => 'Role' in row);
    expect(roles.map((row) => codeOf(row.Role ?? '')).sort()).toEqual([...unset.ROLES].sort());
  });

  it('a token allows, is of each scope', () => {
    const scopes = tableRows(readFileSync('docs/configuration.md', 'utf8')).filter((row) => 'Scope' in row);
    const [everything] = readConfiguration({
      ...REQUIRED,
      API_TOKENS: 'may-do-everything-with-this-token',
    }).API_TOKENS;
    expect(scopes.map((row) => codeOf(row.Scope ?? '')).sort()).toEqual(
      [...(everything?.scopes ?? [])].sort(),
    );
  });
});

describe('.env.example', () => {
  const lines = [...readFileSync('.env.example', 'utf8').matchAll(/^#([A-Z_]+)=(.*)$/gm)];

  it('has each variable of the service once', () => {
    const names = lines.map(([, name]) => name);
    expect(names.sort()).toEqual([...configurationVariables, OF_LOCAL_KAFKA].sort());
  });

  it.each(lines.map(([, name = '', value = '']) => [name, value]))(
    'shows the default of %s: %s',
    (name, value) => {
      if (value === '' || name === OF_LOCAL_KAFKA) return;
      expect(readConfiguration({ ...REQUIRED, [name]: value })).toEqual(unset);
    },
  );
});
