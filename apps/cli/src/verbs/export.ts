import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { type Command, Option } from 'commander';

import { type Context, contextOf } from '../context.js';
import { Failure, wrongUsage } from '../failures.js';
import { accountIdOf, OF_ACCOUNT } from '../find-account.js';
import { patientFetch, Unreachable, whatIsWrong } from '../rest/http.js';
import { failureOf } from '../rest/problem.js';
import { examples } from './examples.js';

const FORMATS = ['vcard', 'csv', 'jsonl'] as const;

interface ExportOptions {
  readonly format: (typeof FORMATS)[number];
  readonly vcard: string;
  readonly account?: string;
  readonly label?: string;
  readonly query?: string;
  readonly asOf?: string;
  readonly raw?: boolean;
  readonly deleted?: boolean;
  readonly output?: string;
}

export function addExport(program: Command): void {
  program
    .command('export')
    .summary('contacts as vCards, CSV or JSON Lines')
    .description(
      'Contacts as files for other programs, to standard output or to a file, however many there are. An export that breaks ' +
        'off ends with a failure, and leaves no file.',
    )
    .addOption(new Option('--format <format>', 'the form').choices(FORMATS).makeOptionMandatory())
    .addOption(
      new Option('--vcard <version>', 'of vCards: 3.0 for phones and Outlook')
        .choices(['4.0', '3.0'])
        .default('4.0'),
    )
    .option(...OF_ACCOUNT)
    .option('--label <label>', 'only those of this group, such as starred')
    .option('--query <words>', 'only those that match, as a search does')
    .option('--as-of <time>', 'as they were then (ISO 8601)')
    .option('--raw', 'of CSV: leave what a program may take for a formula as it is')
    .option('--deleted', 'of JSON Lines: deleted ones, too')
    .option('-o, --output <file>', 'write to this file')
    .addHelpText(
      'after',
      examples(
        'contactstream export --format vcard --vcard 3.0 -o contacts.vcf',
        'contactstream export --format csv --account ada@example.org > contacts.csv',
        'contactstream export --format jsonl --as-of 2026-01-01T00:00:00Z | jq -r .displayName',
      ),
    )
    .action(async ({ output, ...options }: ExportOptions, command: Command) => {
      const context = contextOf(command);
      if (context.json) throw wrongUsage('An export has no JSON answer.', 'Use --format jsonl');
      const body = await asked(context, options);
      if (output === undefined) await write(await opened(context, body), context);
      else await keep(await opened(context, body), output, context);
    });
}

async function asked(
  context: Context,
  { format, vcard, account, label, query, asOf, raw, deleted }: ExportOptions,
): Promise<object> {
  const accountId = await accountIdOf(context, account);
  return {
    format,
    ...(format === 'vcard' && { version: vcard }),
    ...(accountId !== undefined && { accountId }),
    ...(label !== undefined && { label }),
    ...(query !== undefined && { q: query }),
    ...(asOf !== undefined && { asOf }),
    ...(raw === true && { raw }),
    ...(deleted === true && { includeDeleted: true }),
  };
}

/** In the body, so that no name stands in an address. */
async function opened({ connection: { url, headers } }: Context, body: object): Promise<Readable> {
  const response = await patientFetch(
    new Request(`${url}/api/export`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  if (!response.ok) throw failureOf(response.status, await response.text(), url);
  return response.body === null ? Readable.from([]) : Readable.fromWeb(response.body as never);
}

async function write(contacts: Readable, { print, connection }: Context): Promise<void> {
  try {
    contacts.setEncoding('utf8');
    for await (const piece of contacts as AsyncIterable<string>) await print(piece);
  } catch (error) {
    throw new Unreachable(connection.url, `the export broke off, and is not whole: ${whatIsWrong(error)}`);
  }
}

/** Under its name only once it is whole. */
async function keep(contacts: Readable, file: string, { tell, connection }: Context): Promise<void> {
  const part = `${file}.part`;
  try {
    await pipeline(contacts, createWriteStream(part));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    if (contacts.readableEnded || (error as { path?: unknown }).path !== undefined) {
      throw new Failure(`${file} cannot be written: ${whatIsWrong(error)}.`);
    }
    throw new Unreachable(connection.url, `the export broke off: ${whatIsWrong(error)}`);
  }
  tell(`Written: ${file}`);
}
