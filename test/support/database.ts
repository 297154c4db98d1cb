import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Owns the test databases, and may do nothing else on the server, so that each suite shows that the service needs no more. */
const TEST_ROLE = 'contactstream_test';

export interface TestDatabase {
  readonly name: string;
  /** As its owner, who is no superuser. */
  readonly url: string;
  /** As the server's superuser: for what only he may look at or set. */
  readonly adminUrl: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * A database of its own on the run's PostgreSQL server, so that suites never see each other.
 * @param template copied with its content (it must have no connections); an empty database unless told
 */
export async function createTestDatabase({ template = 'template0' } = {}): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`create database ${name} template ${template} owner ${TEST_ROLE}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  const adminUrl = url.toString();
  url.username = TEST_ROLE;
  return {
    name,
    url: url.toString(),
    adminUrl,
    drop: () => onServer(`drop database if exists ${name} with (force)`),
  };
}

/** Once a server. The role has the superuser's password, so that no test needs to be told another one. */
export async function createTestRole(): Promise<void> {
  const password = decodeURIComponent(new URL(serverUrl()).password);
  await onServer(
    `do $$ begin
       create role ${TEST_ROLE} login;
     exception when duplicate_object then null;
     end $$`,
  );
  await onServer(`alter role ${TEST_ROLE} password ${pg.escapeLiteral(password)}`);
}

export function renameTestDatabase({ name }: TestDatabase, newName: string): Promise<void> {
  return onServer(`alter database ${name} rename to ${newName}`);
}

/** @param work done while no other process does any for this database; is told whether it exists */
export async function withServerLock(
  database: string,
  work: (exists: boolean) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [database]);
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    await work(rowCount === 1);
  } finally {
    await client.end();
  }
}

export function dropTestTemplate(name: string): Promise<void> {
  return onServer(`drop database if exists ${name}`);
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) {
    throw new Error(
      'TEST_DATABASE_URL is not set. Suites that need PostgreSQL end in .int.spec.ts or .e2e.spec.ts, where one is started for them.',
    );
  }
  return url;
}
