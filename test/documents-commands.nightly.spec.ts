import { spawnSync } from 'node:child_process';

import { describe, it } from '@jest/globals';
import pg from 'pg';

import { type Block } from './support/command-blocks.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { DocumentSession } from './support/document-session.js';
import { documents } from './support/documents.js';
import { describeUnless } from './support/kafka.js';

/** They begin with nothing; the others are for whoever has a service, with its variables in the environment. */
const FROM_NOTHING = new Set(['README.md', 'docs/tutorial.md']);

const STARTS_ONE = /\bnpm (?:start|run start:service)\b/;
const THE_SERVICE: Block = {
  at: 'the service that the document is read beside',
  kind: 'command',
  isJson: false,
  mark: false,
  terminal: 'service',
  until: 'Ctrl-C',
  text: 'npm start',
};

describe.each([...documents])('%s', (file, blocks) => {
  const commands = blocks.filter(({ kind, notRun }) => kind === 'command' && notRun === undefined);
  const beside =
    FROM_NOTHING.has(file) || commands.some(({ text }) => STARTS_ONE.test(text)) ? [] : [THE_SERVICE];

  describeUnless(missing(commands))('is true when it is done', () => {
    it('from its first command to its last', async () => {
      const database = FROM_NOTHING.has(file) ? undefined : await createTestDatabase();
      const session = await (database === undefined ? DocumentSession.begin() : beginWith(database));
      try {
        for (const block of [...beside, ...blocks])
          if (block.notRun === undefined) await session.follow(block);
      } finally {
        await session.end();
        if (database !== undefined) await drop(database);
      }
    }, 600_000);
  });
});

function beginWith({ url, adminUrl }: TestDatabase): Promise<DocumentSession> {
  const { hostname, port, username, password, host } = new URL(adminUrl);
  const variables = {
    DATABASE_URL: url,
    ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    ALLOW_PLAINTEXT: 'postgres,kafka',
    // What an administrator's psql goes by.
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: 'postgres',
  };
  return DocumentSession.begin(variables, new Map([['127.0.0.1:5432', host]]));
}

/** What a document made on the server goes with its database. */
async function drop(database: TestDatabase): Promise<void> {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ statement: string }>(
    `select format('drop database %I with (force)', datname) as statement from pg_database where datname like 'contactstream%'
     union all
     select format('drop role %I', rolname) from pg_roles where rolname like 'contactstream%' and rolname <> 'contactstream_test'`,
  );
  for (const { statement } of rows) await client.query(statement);
  await client.end();
  await database.drop();
}

/** The first of the tools of its commands that this machine lacks. */
function missing(commands: readonly Block[]): string | null {
  const text = commands.map((block) => block.text).join('\n');
  for (const tool of ['curl', 'jq', 'openssl', 'psql', 'pg_dump', 'java']) {
    const isUsed = text.includes(tool === 'java' ? 'npm run kafka' : tool);
    if (isUsed && spawnSync('which', [tool]).status !== 0) return `${tool} is not installed`;
  }
  return null;
}
