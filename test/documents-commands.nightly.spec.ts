import { spawnSync } from 'node:child_process';

import { describe, it } from '@jest/globals';
import pg from 'pg';

import { findFreePort } from '../apps/local/src/free-port.js';
import { type Block } from './support/command-blocks.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { DocumentSession } from './support/document-session.js';
import { documents } from './support/documents.js';
import { describeUnless } from './support/kafka.js';
import { startGoogle } from './support/service.js';
import { serviceEnvironment } from './support/service-environment.js';

/** They begin with a clone alone; the others are for whoever has a service, with its variables in the environment. */
const FROM_A_CLONE = new Set(['README.md', 'docs/tutorial.md', 'docs/how-to/use-the-real-parts.md']);

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
  const toRun = blocks.filter(({ notRun }) => notRun === undefined);
  const commands = toRun.filter(({ kind }) => kind === 'command').map(({ text }) => text);
  const isBesideOne = !FROM_A_CLONE.has(file) && !commands.some((text) => STARTS_ONE.test(text));

  describeUnless(missing(commands.join('\n')))('holds', () => {
    it('from its first command to its last', async () => {
      const port = await findFreePort();
      const [database, google] = await Promise.all([createTestDatabase(), googleAt(port)]);
      let session: DocumentSession | undefined;
      try {
        session = await DocumentSession.begin(
          {
            ...administrator(database),
            ...(!FROM_A_CLONE.has(file) && { ...serviceEnvironment(database, google), LOG_LEVEL: 'info' }),
            PORT: String(port),
          },
          new Map([
            ['127.0.0.1:5432', new URL(database.url).host],
            ['127.0.0.1:8085', new URL(google.url).host],
          ]),
        );
        for (const block of isBesideOne ? [THE_SERVICE, ...toRun] : toRun) await session.follow(block);
      } finally {
        try {
          await session?.end();
        } finally {
          // What is left running would keep the whole run from its end.
          await Promise.all([google.stop(), drop(database)]);
        }
      }
    }, 600_000);
  });
});

function googleAt(port: number): ReturnType<typeof startGoogle> {
  const redirectUris = [`http://127.0.0.1:${port}/api/auth/google/callback`];
  return startGoogle({ persons: 250, clients: [{ id: 'client', secret: 'secret', redirectUris }] });
}

/** What an administrator's psql goes by. */
function administrator({ adminUrl }: TestDatabase): Record<string, string> {
  const { hostname, port, username, password } = new URL(adminUrl);
  return {
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: 'postgres',
  };
}

/** What a document made on the server goes with its database. */
async function drop(database: TestDatabase): Promise<void> {
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  const { rows } = await client.query<{ statement: string }>(
    String.raw`select format('drop database %I with (force)', datname) as statement from pg_database
                where datname like 'contacts\_%'
               union all
               select format('drop role %I', rolname) from pg_roles
                where rolname like 'contacts\_%'`,
  );
  for (const { statement } of rows) await client.query(statement);
  await client.end();
  await database.drop();
}

/** The first of the programs that the commands need and this machine lacks. */
function missing(commands: string): string | null {
  const needed = {
    curl: /\bcurl\b/,
    jq: /\bjq\b/,
    openssl: /\bopenssl\b/,
    psql: /\bpsql\b/,
    pg_dump: /\bpg_dump\b/,
    java: /\bnpm run kafka\b/,
  };
  for (const [program, use] of Object.entries(needed)) {
    if (use.test(commands) && spawnSync('which', [program]).status !== 0)
      return `${program} is not installed`;
  }
  return needed.pg_dump.test(commands) && isOlderThanServer()
    ? 'pg_dump is older than TEST_DATABASE_URL'
    : null;
}

/** It dumps no server that is newer than itself. */
function isOlderThanServer(): boolean {
  const said = (program: string, ...args: string[]): string =>
    spawnSync(program, args, { encoding: 'utf8' }).stdout;
  const [, version = '0'] = /\) (\d+)/.exec(said('pg_dump', '--version')) ?? [];
  return (
    Number(version) <
    Number.parseInt(said('psql', process.env.TEST_DATABASE_URL ?? '', '-Atc', 'show server_version'))
  );
}
