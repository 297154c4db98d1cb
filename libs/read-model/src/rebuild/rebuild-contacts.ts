import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { lastPosition } from '#event-store';
import { Backoff, counted, isLockedOut, ReadAhead, type WorkLog } from '#platform';

import { type FeedCheckpoint, CheckpointMoved } from '../feed/contact-feed.js';
import { LOG_SOURCE, logCheckpoint } from '../feed/log-contact-feed.js';
import { CheckpointEntity } from '../projection/checkpoint.entity.js';
import { LIVE_CONTACTS, REBUILT_CONTACTS } from '../projection/contact.entity.js';
import { ContactProjectionHandler } from '../projection/contact-projection.handler.js';
import { isMadeByRules } from '../projection/row-rules.sql.js';
import { type ReadModelPosition } from '../queries/read-model-position.js';
import { verifyTables } from '../verify/verify-tables.js';
import { nextLogPart } from './next-log-part.js';
import { type RebuildLease } from './rebuild-lease.js';
import { completeTable, makeRebuiltTable } from './rebuilt-table.sql.js';
import { swapTables, TooFarBehind } from './swap-tables.js';

/** What was made does not equal the log, and is not put in place. */
class RebuiltTableWrong extends Error {
  override readonly name = 'RebuiltTableWrong';
}

export interface RebuildParts {
  readonly em: SqlEntityManager;
  /** Of the live read model. */
  readonly readModel: Pick<ReadModelPosition, 'position'>;
  readonly logger: WorkLog;
  /** How long readers may have to wait behind the swap when someone holds the table. */
  readonly lockTimeoutMs?: number;
}

const LOCK_TIMEOUT_MS = 500;
const READERS_ADVICE = 'a transaction that reads the old table has to end first';

/**
 * Makes a second table of contacts from the log and puts it in the place of the live one, which serves until then.
 *
 * Each step finds out what is done already, so whoever takes the rebuild over calls this again. The table and its
 * checkpoint move together, by compare-and-set, so that a process which has lost the rebuild applies nothing twice.
 */
export class ContactsRebuild {
  private readonly rebuilt: ContactProjectionHandler;

  constructor(
    private readonly parts: RebuildParts,
    private readonly lease: RebuildLease,
    private readonly signal: AbortSignal,
  ) {
    this.rebuilt = new ContactProjectionHandler(parts.em, REBUILT_CONTACTS);
  }

  /** @throws the signal's reason, once a step is left; whatever keeps the rebuild from its end */
  async run(): Promise<void> {
    const { em } = this.parts;
    // What another version has begun may lack columns.
    const isBegun = this.lease.state !== 'queued' && (await isMadeByRules(em, REBUILT_CONTACTS.table));
    if (!isBegun) await this.begin();
    await this.catchUp();
    await this.lease.moveTo('indexing');
    await completeTable(em, this.signal);
    await this.catchUp();
    await this.lease.moveTo('comparing');
    await this.compare();
    await this.lease.moveTo('swapping');
    await this.swap();
  }

  private async begin(): Promise<void> {
    const target = await lastPosition(this.parts.em.fork());
    await this.lease.transaction(async (tx) => {
      await tx.nativeDelete(CheckpointEntity, { projection: REBUILT_CONTACTS.name });
      await makeRebuiltTable(tx);
      await this.lease.aimAt(tx, target);
      await this.lease.moveTo('filling', tx);
    });
  }

  private async catchUp(): Promise<void> {
    const ahead = new ReadAhead(async (after: bigint) => {
      const { records, position, hasMore } = await nextLogPart(this.parts.em.fork(), after);
      return { prepared: this.rebuilt.prepare(records), position, hasMore };
    });
    let previous: FeedCheckpoint | null = null;
    try {
      for (;;) {
        this.signal.throwIfAborted();
        try {
          previous ??= (await this.rebuilt.checkpointsOf(LOG_SOURCE))[0] ?? null;
          const { prepared, position, hasMore } = await ahead.next(previous?.position ?? 0n);
          if (position === null) return;
          if (hasMore) ahead.begin(position);
          const next = logCheckpoint(position);
          await prepared.apply({ previous, next });
          if (!hasMore) return;
          previous = next;
        } catch (error) {
          if (!(error instanceof CheckpointMoved)) throw error;
          // Either the rebuild is someone else's now, or its former owner's last batch came through.
          await this.lease.renew();
          previous = null;
        }
      }
    } finally {
      await ahead.end();
    }
  }

  /** Shows that the new table is a fold of the log, and where the live one was not. */
  private async compare(): Promise<void> {
    const { em, readModel, logger } = this.parts;
    const [checkpoint] = await this.rebuilt.checkpointsOf(LOG_SOURCE);
    const { tables, ...folded } = await verifyTables(
      em,
      [
        { table: REBUILT_CONTACTS.table, position: checkpoint?.position ?? 0n },
        { table: LIVE_CONTACTS.table, position: await readModel.position() },
      ],
      this.signal,
    );
    const [made, live] = tables;
    if (made === undefined || live === undefined || made.differences > 0 || folded.logFaults > 0) {
      throw new RebuiltTableWrong(
        `The new table differs from the log at ${counted(made?.differences ?? 0, 'contact')}, and the log has ` +
          `${counted(folded.logFaults, 'fault')}; the old table stays`,
      );
    }
    await this.lease.report({ count: live.differences, first: live.firstDifferences });
    const counts = {
      contacts: folded.contacts,
      rebuilt: made.rows,
      replaced: live.rows,
      differences: live.differences,
    };
    if (live.differences > 0)
      logger.warn(counts, 'the read model was not what the log says; the rebuild mends it');
    else logger.info(counts, 'the rebuilt table holds what the read model holds');
  }

  private async swap(): Promise<void> {
    const { logger, lockTimeoutMs = LOCK_TIMEOUT_MS } = this.parts;
    const readers = new Backoff('putting the rebuilt table in place', logger, () => READERS_ADVICE);
    for (;;) {
      await this.catchUp();
      try {
        await this.lease.transaction(async (tx) => {
          await swapTables(tx, this.rebuilt, lockTimeoutMs);
          await this.lease.finish(tx, 'succeeded');
        });
        readers.over();
        return;
      } catch (error) {
        if (error instanceof TooFarBehind) continue;
        if (!isLockedOut(error)) throw error;
        await readers.pause(error, this.signal);
        this.signal.throwIfAborted();
      }
    }
  }
}
