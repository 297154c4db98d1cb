import { setTimeout as delay } from 'node:timers/promises';

import { DriverException, type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, type WorkLog, ReadAhead } from '#platform';
import { type FeedCheckpoint, CheckpointMoved } from '../feed/contact-feed.js';

import { type ContactLog } from '../contact-log.js';
import {
  CONTACTS_REBUILD_TABLE,
  CONTACTS_TABLE,
  createContactIndexes,
  createContactTable,
} from '../projection/contact-table.js';
import { ContactProjectionHandler, REBUILT_CONTACTS } from '../projection/contact-projection.handler.js';
import { type ReadModelProgress } from '../queries/read-model-progress.js';
import { verifyTables } from '../verify/verify-tables.js';
import { cancellable } from './cancellable.js';
import { batchOf, readNext } from './read-next.js';
import { type RebuildLease } from './rebuild-lease.js';
import { swapTables, TooFarBehind } from './swap-tables.js';

/** What was made does not equal the log, and is not put in place. */
class RebuiltTableWrong extends Error {
  override readonly name = 'RebuiltTableWrong';
}

export interface RebuildParts {
  readonly em: SqlEntityManager;
  readonly log: ContactLog;
  /** Of the live read model. */
  readonly progress: Pick<ReadModelProgress, 'position'>;
  readonly logger: WorkLog;
  /** How long readers may have to wait behind the swap when someone holds the table. */
  readonly lockTimeoutMs?: number;
}

const LOCK_TIMEOUT_MS = 500;
const LOCK_NOT_AVAILABLE = '55P03';
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Makes a second table of contacts from the log and puts it in the place of the live one, which serves until then.
 *
 * Each step finds out what is done already, so whoever takes the rebuild over calls this again. The table and its
 * progress move together, by compare-and-set, so that a process which has lost the rebuild applies nothing twice.
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
    if (this.lease.state === 'queued') await this.begin();
    await this.catchUp();
    await this.lease.moveTo('indexing');
    await this.makeIndexes();
    await this.catchUp();
    await this.lease.moveTo('comparing');
    await this.compare();
    await this.lease.moveTo('swapping');
    await this.swap();
  }

  private async begin(): Promise<void> {
    const { em, log } = this.parts;
    const target = await log.lastPosition(em.fork());
    await this.lease.transaction(async (tx) => {
      await boundSql(tx, 'delete from projection_progress where projection = $1', [REBUILT_CONTACTS.name]);
      await boundSql(tx, `drop table if exists ${CONTACTS_REBUILD_TABLE}`);
      await boundSql(tx, createContactTable(CONTACTS_REBUILD_TABLE));
      await this.lease.aimAt(tx, target);
      await this.lease.moveTo('filling', tx);
    });
  }

  private async catchUp(): Promise<void> {
    const { em, log } = this.parts;
    const ahead = new ReadAhead(async (after: bigint) => {
      const part = await readNext(em.fork(), log, after);
      this.rebuilt.prepare(part.records);
      return part;
    });
    let previous: FeedCheckpoint | null = null;
    try {
      for (;;) {
        this.signal.throwIfAborted();
        try {
          previous ??= (await this.rebuilt.progressOf(log.source))[0] ?? null;
          const part = await ahead.next(previous?.position ?? 0n);
          const batch = batchOf(log, part, previous);
          if (batch === null) return;
          if (part.hasMore) ahead.begin(batch.progress.position);
          await this.rebuilt.apply(batch);
          if (!part.hasMore) return;
          previous = batch.progress;
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

  /** After the fill: to keep them up to date during it takes several times as long. */
  private async makeIndexes(): Promise<void> {
    for (const statement of [
      ...createContactIndexes(CONTACTS_REBUILD_TABLE),
      `analyze ${CONTACTS_REBUILD_TABLE}`,
    ]) {
      await cancellable(this.parts.em, this.signal, async (tx) => {
        // The statement of a process that was killed may still be going on.
        await boundSql(tx, `lock table ${CONTACTS_REBUILD_TABLE} in share row exclusive mode`);
        await boundSql(tx, statement);
      });
    }
  }

  /** Shows that the new table is a fold of the log, and where the live one was not. */
  private async compare(): Promise<void> {
    const { em, log, progress, logger } = this.parts;
    const [stand] = await this.rebuilt.progressOf(log.source);
    const { tables, ...folded } = await verifyTables(
      em,
      log,
      [
        { table: CONTACTS_REBUILD_TABLE, position: stand?.position ?? 0n },
        { table: CONTACTS_TABLE, position: await progress.position() },
      ],
      this.signal,
    );
    const [made, live] = tables;
    if (made === undefined || live === undefined || made.differences > 0 || folded.logFaults > 0) {
      throw new RebuiltTableWrong(
        `The new table differs from the log at ${made?.differences ?? 0} contacts, and the log has ` +
          `${folded.logFaults} faults; the old table stays`,
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
    const { log, logger, lockTimeoutMs = LOCK_TIMEOUT_MS } = this.parts;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      await this.catchUp();
      try {
        await this.lease.transaction(async (tx) => {
          await swapTables(tx, log, this.rebuilt, lockTimeoutMs);
          await this.lease.finish(tx, 'succeeded');
        });
        return;
      } catch (error) {
        if (error instanceof TooFarBehind) continue;
        if (!(error instanceof DriverException) || error.code !== LOCK_NOT_AVAILABLE) throw error;
        logger.info({ pauseMs }, 'the rebuilt table waits for a transaction that reads the old one');
        await delay(pauseMs, undefined, { signal: this.signal });
      }
    }
  }
}
