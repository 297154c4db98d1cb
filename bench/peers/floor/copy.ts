import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';

import { type Client } from 'pg';
import { from, to } from 'pg-copy-streams';

/** The rows of a query as COPY writes them: text, a line each. */
export async function copyOut(client: Client, query: string): Promise<Buffer> {
  return buffer(client.query(to(`copy (${query}) to stdout`)));
}

/** @param into a table, and its columns in parentheses where not all are given */
export async function copyIn(client: Client, into: string, rows: Buffer): Promise<void> {
  const stream = client.query(from(`copy ${into} from stdin`));
  stream.end(rows);
  await finished(stream);
}
