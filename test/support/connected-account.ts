import { RefreshTokenVault } from '#accounts';

import { type TestDatabase } from './database.js';
import { sql } from './sql.js';

/** An account of the simulated Google. */
export interface ConnectedAccount {
  readonly id: string;
  /** At Google. */
  readonly key: string;
  readonly name: string;
  readonly email: string;
}

/** Connects an account as a sign-in does it, but with an id that is the same each time. */
export async function connectAccount(
  database: TestDatabase,
  { id, key, name, email }: ConnectedAccount,
): Promise<void> {
  const vault = new RefreshTokenVault([Buffer.alloc(32, 7)]);
  await sql(
    database,
    `insert into accounts (id, name, email, google_subject, state, refresh_token, connected_at)
     values ($1, $2, $3, $4, 'connected', $5, date_trunc('milliseconds', now()))`,
    [id, name, email, `synced ${key}`, vault.encrypt(`${key}-refresh-token`, id)],
  );
}
