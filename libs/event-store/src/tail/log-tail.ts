import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { Backoff, isPassing, type Subscriptions, Turns, WakeUp, type WorkLog } from '#platform';

import { lastPosition, readPage } from '../read.js';
import { type StoredEvent } from '../stored-event.js';
import { RecentEvents } from './recent-events.js';
import { TailReader } from './tail-reader.js';

/** Which events a reader wants. */
export interface TailSelection {
  readonly accountId?: string | undefined;
  readonly streamId?: string | undefined;
  readonly type?: string | undefined;
}

/** The next events of the log that a reader wants. */
export interface TailBatch {
  /** In position order. */
  readonly events: readonly StoredEvent[];
  /** Nothing that the reader wants is left up to here. */
  readonly position: bigint;
}

export interface LogTailOptions {
  /** Paths of the members of the data that are to be read; left out, all of it is. */
  readonly members?: readonly string[];
  /** What is kept in memory. */
  readonly most?: { readonly events: number; readonly bytes: number };
  /** How much of a page, and how many readers who are behind read one at once. */
  readonly page?: { readonly events: number; readonly bytes: number; readonly atOnce: number };
  /** How long a lost notification may go unnoticed. */
  readonly pollMs?: number;
}

const MOST = { events: 2_000, bytes: 16 * 1024 * 1024 };
const PAGE = { events: 500, bytes: 4 * 1024 * 1024, atOnce: 2 };
const POLL_MS = 1_000;

/** As long as nobody reads. */
const REST_MS = 600_000;

/** How much of the log before its end is read at first: most readers who come back miss less. */
const BEGIN_BEFORE = 200n;

/** Before a reader who is behind asks a database again that was away. */
const AGAIN_MS = 1_000;

/**
 * Follows the log once for all its readers in the process, and not at all while there are none. A reader is given what is
 * in memory; one who is behind that reads pages of the log, in turn with others, until it has caught up.
 *
 * Position order is commit order (docs/adr/0003-position-order-is-commit-order.md): what was read up to a position is all
 * that will ever be there. So a reader remembers one position, and nothing is skipped or doubled, whichever process it
 * comes back to.
 */
export class LogTail {
  private readonly stopping = new AbortController();
  private readonly readers = new Set<TailReader>();
  private readonly wakeUp: WakeUp;
  private readonly members: readonly string[] | undefined;
  private readonly most: NonNullable<LogTailOptions['most']>;
  private readonly page: NonNullable<LogTailOptions['page']>;
  private readonly pollMs: number;
  private readonly turns: Turns;
  private recent: RecentEvents | null = null;
  private loop: Promise<void> | null = null;

  constructor(
    private readonly em: SqlEntityManager,
    notifications: Subscriptions,
    private readonly log: WorkLog,
    { members, most = MOST, page = PAGE, pollMs = POLL_MS }: LogTailOptions = {},
  ) {
    this.members = members;
    this.most = most;
    this.page = page;
    this.pollMs = pollMs;
    this.turns = new Turns(page.atOnce);
    this.wakeUp = new WakeUp(notifications, 'contactstream_events');
  }

  start(): void {
    this.loop ??= this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    this.wakeUp.close();
  }

  /** Everything behind a position, for ever; ends with the signal. */
  async *read(
    after: bigint,
    selection: TailSelection,
    signal: AbortSignal,
  ): AsyncGenerator<TailBatch, void, undefined> {
    const reader = new TailReader(signal);
    this.readers.add(reader);
    this.wakeUp.ring();
    try {
      for (let position = after; !signal.aborted;) {
        const batch =
          this.fromMemory(position, selection) ?? (await this.fromLog(position, selection, signal));
        if (batch !== null && batch.position > position) {
          yield batch;
          ({ position } = batch);
        } else {
          await reader.news(batch === null ? AGAIN_MS : null);
        }
      }
    } finally {
      reader.close();
      this.readers.delete(reader);
    }
  }

  /** @returns null for a reader who is behind what is in memory */
  private fromMemory(after: bigint, selection: TailSelection): TailBatch | null {
    const { recent } = this;
    const events = recent?.after(after);
    if (recent === null || events == null) return null;
    return { events: events.filter((event) => isWanted(event, selection)), position: recent.head };
  }

  /** @returns null where the database is away, or the reader is gone */
  private async fromLog(
    after: bigint,
    selection: TailSelection,
    signal: AbortSignal,
  ): Promise<TailBatch | null> {
    const { events: limit, bytes } = this.page;
    try {
      return await this.turns.take(async () => {
        if (signal.aborted) return null;
        // Before the look, which then finds all that is there up to it.
        const head = this.recent?.head ?? 0n;
        const { events, hasMore } = await readPage(this.em.fork(), {
          ...selection,
          after,
          limit,
          bytes,
          members: this.members,
        });
        const last = events.at(-1)?.position ?? after;
        return { events, position: hasMore || last > head ? last : head };
      });
    } catch (error) {
      // That the database is away is told by whoever follows the log.
      if (signal.aborted || isPassing(error)) return null;
      throw error;
    }
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    const outage = new Backoff('following the log for its readers', this.log);
    while (!signal.aborted) {
      try {
        if (this.readers.size === 0) this.recent = null;
        else await this.catchUp();
        outage.over();
        await this.wakeUp.wait(this.readers.size === 0 ? REST_MS : this.pollMs, signal);
      } catch (error) {
        await outage.pause(error, signal);
      }
    }
  }

  private async catchUp(): Promise<void> {
    const { members } = this;
    const { events: limit, bytes } = this.page;
    if (this.recent === null) {
      this.recent = await this.begin();
      this.wakeAll();
    }
    for (let isBehind = true; isBehind && this.readers.size > 0 && !this.stopping.signal.aborted;) {
      const { events, hasMore } = await readPage(this.em.fork(), {
        after: this.recent.head,
        limit,
        bytes,
        members,
      });
      this.recent.add(events);
      isBehind = hasMore;
      if (events.length > 0) this.wakeAll();
    }
  }

  private async begin(): Promise<RecentEvents> {
    const end = await lastPosition(this.em.fork());
    return new RecentEvents(end > BEGIN_BEFORE ? end - BEGIN_BEFORE : 0n, this.most);
  }

  private wakeAll(): void {
    for (const reader of this.readers) reader.wake();
  }
}

function isWanted(event: StoredEvent, { accountId, streamId, type }: TailSelection): boolean {
  return (
    (accountId === undefined || event.accountId === accountId) &&
    (streamId === undefined || event.streamId === streamId) &&
    (type === undefined || event.type === type)
  );
}
