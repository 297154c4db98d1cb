import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactRecord, readContactEvent } from '#contact-events';
import { isWhole, lastPosition, readLog } from '#event-store';

/** Bounds of a transaction; bytes of data as the database stores it. While one part is applied the next is held, too. */
const PART = { limit: 1_000, bytes: 8 * 1024 * 1024 };

/** A part of the log, for a rebuilt table. */
export interface LogPart {
  readonly records: readonly ContactRecord[];
  /** Of its last event; null for an empty part. */
  readonly position: bigint | null;
  /** Whether the log held more when this was read. */
  readonly hasMore: boolean;
}

/**
 * What is next in the log behind a position.
 *
 * @throws EventNotUnderstood
 */
export async function nextLogPart(em: SqlEntityManager, after: bigint): Promise<LogPart> {
  const end = await lastPosition(em);
  const events = await readLog(em, { after, ...PART });
  const position = events.at(-1)?.position ?? null;
  return {
    records: events
      .filter(isWhole)
      .map(({ position, type, data }) => ({ position, event: readContactEvent(type, data) })),
    position,
    hasMore: (position ?? end) < end,
  };
}
