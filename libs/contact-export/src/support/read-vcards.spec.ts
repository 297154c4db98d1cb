import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import ICAL from 'ical.js';

// vCards as readers understand them that we did not write; this file holds no spec itself.

/** A line of a vCard, read: text is not escaped any more. */
export interface Property {
  /** In capital letters. */
  readonly name: string;
  readonly group: string | null;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  /** A component each of a structure, a text each of a list. */
  readonly values: readonly string[];
}

type JCalProperty = [string, Record<string, string | string[]>, string, ...(string | string[])[]];

const STRUCTURES = new Set(['n', 'adr', 'org']);

/** ical.js, of Mozilla's calendar. It leaves `\\;` of 3.0 as it is, and all that it does not know. */
export function readByIcalJs(text: string): Property[][] {
  const isOld = text.includes('VERSION:3.0');
  const parsed = ICAL.parse(text) as unknown[];
  const cards = (parsed[0] === 'vcard' ? [parsed] : parsed) as [string, JCalProperty[]][];
  return cards.map(([, properties]) =>
    properties.map(([name, { group, ...parameters }, type, ...values]) => ({
      name: name.toUpperCase(),
      group: typeof group === 'string' ? group : null,
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([key, value]) => [key.toUpperCase(), [value].flat()]),
      ),
      values: values.flat().map((value) => {
        if (type === 'unknown') return unescaped(value);
        return isOld && type === 'text' && !STRUCTURES.has(name) ? value.replaceAll('\\;', ';') : value;
      }),
    })),
  );
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped.toLowerCase() === 'n' ? '\n' : escaped));
}

const READER = `
import json, sys, vobject
for card in vobject.readComponents(open(sys.argv[1], encoding='utf-8', newline='').read()):
    lines = []
    for line in sorted(card.getChildren(), key=lambda line: line.lineNumber):
        value = line.value
        if line.name == 'N':
            value = [value.family, value.given, value.additional, value.prefix, value.suffix]
        elif line.name == 'ADR':
            value = [value.box, value.extended, value.street, value.city, value.region, value.code, value.country]
        lines.append([line.name, line.group, line.params, value if isinstance(value, list) else [value]])
    print(json.dumps(lines))
`;

/** The Python that has vobject, maybe Debian's beside another one; undefined: python3-vobject is not installed. */
export const PYTHON_WITH_VOBJECT = ['python3', '/usr/bin/python3'].find((python) => {
  try {
    execFileSync(python, ['-c', 'import vobject'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

/** vobject, of Python's world of calendars; it knows 3.0 alone. */
export function readByVobject(text: string): Property[][] {
  const folder = mkdtempSync(join(tmpdir(), 'contactstream-vcards-'));
  try {
    const file = join(folder, 'contacts.vcf');
    writeFileSync(file, text);
    const output = execFileSync(PYTHON_WITH_VOBJECT ?? 'python3', ['-c', READER, file], {
      encoding: 'utf8',
      maxBuffer: 1024 * 1024 * 1024,
    });
    return output
      .trimEnd()
      .split('\n')
      .map((line) =>
        (JSON.parse(line) as [string, string | null, Record<string, string[]>, string[]][]).map(
          ([name, group, parameters, values]) => ({ name, group, parameters, values }),
        ),
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
