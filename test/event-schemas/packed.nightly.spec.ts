import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asyncApiDocument, type ContactMessage, topicNames } from '#contact-events';

const PACKAGE = resolve('libs/contact-events/schemas');

const { contactUpdated, contactDeleted } = asyncApiDocument({
  version: '1.0.0',
  topics: topicNames(''),
  partitions: 1,
}).components.messages;

/** Messages that a real service published. */
const EXAMPLES = [contactUpdated, contactDeleted].flatMap((message) => message?.examples ?? []);

const COMPILER = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    module: 'nodenext',
    target: 'es2022',
    types: [],
  },
  files: ['consumer.ts'],
};

const CONSUMER = `
import { readEvent } from './read-event.js';

export function said(dataschema: string, value: string): string {
  const event = readEvent(dataschema, value);
  if (!('contact' in event))
    return event.reason satisfies 'deleted-in-google' | 'absent-from-full-sync' | 'merged' | 'account-erased';
  const missingInOldEvents: { value: string | null } | null | undefined = event.contact.gender;
  return [event.change, event.contact.displayName, event.before?.phoneNumbers?.length, missingInOldEvents].join(' ');
}
`;

const RUN = `
import { readFileSync } from 'node:fs';
import { said } from './consumer.js';
for (const { headers, payload } of JSON.parse(readFileSync('messages.json', 'utf8')))
  console.log(said(headers.ce_dataschema, JSON.stringify(payload)));
`;

describe('The package of the events', () => {
  let folder: string;
  const run = (file: string, ...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)(file, args, {
      cwd: folder,
      env: {
        HOME: process.env.HOME,
        PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
        npm_config_offline: 'true',
        npm_config_audit: 'false',
        npm_config_fund: 'false',
        npm_config_update_notifier: 'false',
      },
    });

  /** Packed, and installed in an empty folder without a registry; what it is used with comes from here. */
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'contactstream-events-'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    const { stdout } = await run('npm', 'pack', PACKAGE, '--silent');
    await run('npm', 'install', join(folder, stdout.trim()));
    await symlink(resolve('node_modules/ajv'), join(folder, 'node_modules/ajv'));
    const readme = await readFile(join(PACKAGE, 'README.md'), 'utf8');
    const [, program = ''] = /^```ts read-event\.ts\n(.*?)^```$/ms.exec(readme) ?? [];
    await writeFile(join(folder, 'read-event.ts'), program);
    await writeFile(join(folder, 'consumer.ts'), CONSUMER);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(COMPILER));
    await writeFile(join(folder, 'run.js'), RUN);
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true }));

  const consume = async (messages: readonly object[]): Promise<{ stdout: string }> => {
    await writeFile(join(folder, 'messages.json'), JSON.stringify(messages));
    return run(process.execPath, 'run.js');
  };

  it('is typed for a strict program, which then reads what a service published, and nothing else', async () => {
    await run(resolve('node_modules/.bin/tsc'), '--project', 'tsconfig.json');

    expect(EXAMPLES.length).toBeGreaterThan(1);
    expect((await consume(EXAMPLES)).stdout).toBe('updated Ada Lovelace 1 \ndeleted-in-google\n');

    const [example] = EXAMPLES as unknown as { headers: ContactMessage['headers']; payload: object }[];
    const later = {
      ...example?.headers,
      ce_dataschema: 'https://contacts.example/api/schemas/contact-updated/2.json',
    };
    await expect(consume([{ ...example, headers: later }])).rejects.toThrow(
      'This program was not written for https://contacts.example/api/schemas/contact-updated/2.json',
    );
    await expect(consume([{ ...example, payload: { ...example?.payload, version: 0 } }])).rejects.toThrow(
      'No event of urn:contactstream:schema:contact-updated:1: data/version must be >= 1',
    );
  }, 240_000);

  it('holds what a consumer needs and nothing else', async () => {
    const { stdout } = await run('npm', 'pack', PACKAGE, '--dry-run', '--json');
    const [packed] = JSON.parse(stdout) as { name: string; files: { path: string }[] }[];
    expect(packed?.name).toBe('@contactstream/events');
    expect(packed?.files.map(({ path }) => path).sort()).toEqual([
      'LICENSE',
      'README.md',
      'account-connected/1.json',
      'account-disconnected/1.json',
      'account-erased/1.json',
      'account-needs-sign-in/1.json',
      'account-synced/1.json',
      'asyncapi.json',
      'contact-deleted/1.json',
      'contact-updated/1.json',
      'index.d.ts',
      'index.js',
      'package.json',
    ]);
  });
});
