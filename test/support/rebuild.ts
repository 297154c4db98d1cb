import { type Answer, type Call } from './call.js';
import { type TestDatabase } from './database.js';
import { sql } from './sql.js';
import { waitFor } from './wait-for.js';

/** The read model as REST tells of it. */
export async function projection(api: Call): Promise<Answer['body']> {
  const { status, body } = await api('GET', '/api/projections');
  if (status !== 200) throw new Error(`GET /api/projections answered ${status}`);
  return body.items[0];
}

export async function rebuildReaches(api: Call, state: string): Promise<void> {
  await waitFor(async () => (await projection(api)).rebuild?.state === state, {
    what: `the rebuild to be ${state}`,
  });
}

/** @returns how it ended */
export async function rebuildIsOver(api: Call): Promise<Answer['body']> {
  await waitFor(async () => (await projection(api)).rebuild === null, {
    what: 'the end of the rebuild',
    timeoutMs: 25_000,
  });
  return (await projection(api)).lastRebuild;
}

/** Asks for a rebuild, and waits for its end. */
export async function rebuild(api: Call): Promise<Answer['body']> {
  const { status } = await api('POST', '/api/projections/contacts/rebuild');
  if (status !== 202) throw new Error(`The rebuild was answered with ${status}`);
  return rebuildIsOver(api);
}

/** The rows, to the byte. */
export async function storedRows(database: TestDatabase): Promise<string[]> {
  const rows = await sql<{ row: string }>(database, 'select contacts::text as row from contacts order by id');
  return rows.map(({ row }) => row);
}
