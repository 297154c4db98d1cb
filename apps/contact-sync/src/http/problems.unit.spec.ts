import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { PROBLEMS } from './problems.js';

const ROOT = path.join(import.meta.dirname, '../../../..');

/** Codes that are no literal where they are raised: the expression there, and what it may be. */
const EXPRESSIONS: Readonly<Record<string, readonly string[]>> = {
  // The state of a quarantine entry or a dead letter that is closed.
  state: ['superseded', 'replayed', 'discarded'],
  'letter.state': ['replayed', 'discarded'],
  // What the table of Google's errors says, see google-error-classes.ts.
  code: [],
  // What a refused sign-in says, with where its link leads back, see complete-sign-in.handler.ts.
  'failure.code': [],
  // What the failure of a run says, see run-failure.ts.
  "code ?? 'internal-error'": ['internal-error'],
};

interface Raised {
  readonly file: string;
  readonly code: string;
}

/** Every `new CodedError(code, …)` of the libraries and the service, and every code that a failed run stores. */
function raisedCodes(): Raised[] {
  const files = globSync('{libs,apps/contact-sync}/**/*.ts', { cwd: ROOT }).filter(
    (file) => !file.endsWith('.spec.ts'),
  );
  return files.flatMap((file) => {
    const source = readFileSync(path.join(ROOT, file), 'utf8');
    const raised = [...source.matchAll(/new CodedError\(\s*([^,]+?),/g)].flatMap(([, expression = '']) =>
      codesOf(expression, file),
    );
    // `custom` is a code of zod's.
    const told = [...source.matchAll(/\bcode: '(?!custom')([a-z-]+)'/g)].map(([, code = '']) => code);
    return [...raised, ...told].map((code) => ({ file, code }));
  });
}

function codesOf(expression: string, file: string): readonly string[] {
  const literals = /^(?:.*\? )?('[a-z-]+'(?: : '[a-z-]+')?)$/.exec(expression)?.[1];
  const codes = literals === undefined ? EXPRESSIONS[expression] : literals.replaceAll("'", '').split(' : ');
  if (codes === undefined) throw new Error(`${file} raises ${expression}: say here which codes that may be`);
  return codes;
}

describe('The table of problems', () => {
  const raised = raisedCodes();

  it('has every code that the libraries and the service raise', () => {
    expect(raised.length).toBeGreaterThan(40);
    expect(raised.filter(({ code }) => !Object.hasOwn(PROBLEMS, code))).toEqual([]);
  });

  it('has no code that nothing raises', () => {
    const codes = new Set(raised.map(({ code }) => code));
    expect(Object.keys(PROBLEMS).filter((code) => !codes.has(code))).toEqual([]);
  });

  it.each(Object.entries(PROBLEMS))(
    'says of %s in whole sentences what it means and what to do',
    (_, kind) => {
      expect(kind.status).toBeGreaterThanOrEqual(400);
      for (const sentence of [kind.meaning, kind.remedy]) expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(kind.title).toMatch(/^[A-Z].*[^.]$/);
    },
  );
});
