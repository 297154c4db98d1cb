import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactRecord } from '#contact-events';
import { type ContactBatch, type FeedCheckpoint } from '../feed/contact-feed.js';

import { type ContactLog } from '../contact-log.js';

/** Bounds of a transaction; bytes of data as the database stores it. While one batch is applied the next is held, too. */
const BATCH_SIZE = { events: 1_000, bytes: 8 * 1024 * 1024 };

/** A part of the log, for a rebuilt table. */
export interface LogPart {
  readonly records: ContactRecord[];
  /** Whether the log held more when this was read. */
  readonly hasMore: boolean;
}

/** What is next in the log behind a position. */
export async function readNext(em: SqlEntityManager, log: ContactLog, after: bigint): Promise<LogPart> {
  const end = await log.lastPosition(em);
  const records = await log.readAfter(em, after, BATCH_SIZE);
  return { records, hasMore: (records.at(-1)?.position ?? end) < end };
}

/** @returns null where there is nothing to apply */
export function batchOf(
  log: ContactLog,
  { records }: LogPart,
  previous: FeedCheckpoint | null,
): ContactBatch | null {
  const position = records.at(-1)?.position;
  if (position === undefined) return null;
  return { records, previous, progress: { source: log.source, partition: 0, offset: position, position } };
}
