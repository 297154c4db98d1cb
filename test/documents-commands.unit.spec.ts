import { readFileSync } from 'node:fs';

import { describe, expect, it } from '@jest/globals';

import { commandBlocks } from './support/command-blocks.js';
import { documents } from './support/documents.js';
import { isShown } from './support/shown-output.js';

/** documents-commands.nightly.spec.ts runs the others. */
describe('The commands of the documents', () => {
  it('are found', () => {
    expect([...documents.keys()]).toEqual(expect.arrayContaining(['README.md', 'docs/tutorial.md']));
  });

  it.each([...documents])('in %s can be run, or say why not', (file, blocks) => {
    const withGaps = blocks.filter(
      ({ kind, notRun, text: command }) =>
        kind === 'command' && notRun === undefined && command.replaceAll(/#.*/g, '').includes('…'),
    );
    expect(withGaps.map(({ at }) => at)).toEqual([]);
    const withoutEnd = blocks.filter(
      ({ kind, mark, text: command }) =>
        kind === 'command' && !mark && /\bnpm (?:start|run (?:start:service|kafka))\b/.test(command),
    );
    expect(withoutEnd.map(({ at }) => at)).toEqual([]);
    const text = readFileSync(file, 'utf8');
    const typed = [...text.matchAll(/^ *```(?:(?:ba|z)?sh|shell|console|terminal)\b/gm)].length;
    expect(blocks.filter(({ kind }) => kind === 'command')).toHaveLength(typed);
    expect(blocks.filter(({ kind, text: shown }) => kind === 'output' && shown.startsWith('$ '))).toEqual([]);
    const marks = [...text.matchAll(/<!-- (?:not run|terminal|Ctrl-C)\b/g)].length;
    const marked = blocks.filter(({ mark }) => mark);
    expect(marked).toHaveLength(marks);
  });

  it('are not run only where that is known', () => {
    const notRun = [...documents].map(([file, blocks]) => [
      file,
      blocks.filter(({ kind, notRun: why }) => kind === 'command' && why !== undefined).length,
    ]);
    expect(Object.fromEntries(notRun.filter(([, count]) => count !== 0))).toEqual({
      'docs/api.md': 3,
      'docs/google-setup.md': 1,
      'docs/how-to/decide-on-held-deletions.md': 1,
      'docs/how-to/upgrade.md': 1,
      'docs/kafka.md': 2,
      'docs/operations.md': 5,
      'docs/tutorial.md': 1,
    });
  });
});

describe('A block of a document', () => {
  const blocks = (document: string) => commandBlocks('guide.md', document);

  it('is a command, what it prints, or a file', () => {
    expect(
      blocks(
        '```sh\nnpm start\n```\n\nIt says:\n\n```\nready\n```\n\n```js a.mjs\nstart();\n```\n\n```sql\nselect 1\n```\n',
      ),
    ).toEqual([
      { at: 'guide.md:1', kind: 'command', text: 'npm start\n', isJson: false, mark: false },
      { at: 'guide.md:7', kind: 'output', text: 'ready\n', isJson: false, mark: false },
      { at: 'guide.md:11', kind: 'file', name: 'a.mjs', text: 'start();\n', isJson: false, mark: false },
    ]);
  });

  it('goes on in a terminal, or is not run, where a comment says so', () => {
    const [first, second, output] = blocks(
      '1. Start it\n\n   <!-- terminal 1, until "up" -->\n\n   ```sh\n   npm start\n   ```\n\n<!-- not run: needs Docker -->\n\n```sh\ndocker ps\n```\n\n```json\n{}\n```\n',
    );
    expect(first).toMatchObject({ at: 'guide.md:5', terminal: '1', until: 'up', text: 'npm start\n' });
    expect(second).toMatchObject({ notRun: 'needs Docker', mark: true });
    expect(output).toMatchObject({ kind: 'output', notRun: 'needs Docker', mark: false });
  });
});

describe('What a document shows', () => {
  const [mine, yours] = ['dc40421f-27df-570d-81bd-75b5df04c119', '4fe12390-c7aa-5eb4-a4a4-f43ca55c319c'];
  const shown = (text: string, printed: string, names = new Map<string, string>()) =>
    isShown(text, text.startsWith('{'), printed, names);

  it.each([
    ['a line among others', 'two', 'one\ntwo\nthree'],
    ['a text with a gap', 'all … three', 'all of the three'],
    [
      'other ids, times, ports and durations',
      `${mine} 2026-11-29T12:00:00.000Z 127.0.0.1:3000 0.5 s`,
      `${yours} 2026-01-01T01:02:03.004Z 127.0.0.1:1234 12 s`,
    ],
    ['members in another order', '{ "a": 1, "b": ["x"] }', '{"b":["x"],"a":1}'],
    [
      'members that are left out',
      '{ "a": { "b": "dc40421f-…", … }, … }',
      `{"a":{"b":"${yours}","c":1},"d":2}`,
    ],
    ['the answer of one of several calls', '{ "a": 1 }', '{"b":2}\n{"a":1}\n'],
  ])('is printed as %s', (_, text, printed) => {
    expect(shown(text, printed)).toBe(true);
  });

  it.each([
    ['another word', 'ready', 'steady'],
    ['another number', '250 contacts', '25 contacts'],
    ['another order of lines', 'one\ntwo', 'two\none'],
    ['another value', '{ "a": 1, … }', '{"a":2,"b":3}'],
    ['a member that is not there', '{ "a": 1, "b": 2, … }', '{"a":1,"c":3}'],
    ['a member that is not shown, and nothing says so', '{ "a": 1 }', '{"a":1,"b":2}'],
    ['one item more', '{ "a": ["x"] }', '{"a":["x","y"]}'],
    ['two ids in place of one', `${mine} ${mine}`, `${mine} ${yours}`],
  ])('is not printed as %s', (_, text, printed) => {
    expect(shown(text, printed)).toBe(false);
  });

  it('is the same id each time', () => {
    const names = new Map<string, string>();
    expect(shown(`created ${mine}`, `created ${yours}`, names)).toBe(true);
    expect(shown(`updated ${mine}`, `updated ${mine}`, names)).toBe(false);
    expect(shown(`updated ${mine}`, `updated ${yours}`, names)).toBe(true);
  });
});
