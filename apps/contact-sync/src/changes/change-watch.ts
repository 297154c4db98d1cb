import { setTimeout as delay } from 'node:timers/promises';

import { Backoff, type Channel, type Subscriptions, WakeUp, type WorkLog } from '#platform';

import { type Message } from '../http/server-sent/message.js';

/** A change, as it is told. */
export interface ToldChange {
  readonly message: Message;
  /** Whose it is; null: of all accounts. */
  readonly accountId: string | null;
}

/** Something that changes. */
export interface ChangeSource {
  /**
   * What has changed since the last look; at the first one, nothing.
   *
   * @param accounts of which something has changed at this look
   */
  look(accounts: ReadonlySet<string>): Promise<readonly ToldChange[]>;
  /** Nobody reads any more: the next look is the first one again. */
  forget(): void;
}

/** How far looks are apart, at most and at least. */
const LOOK_MS = 1_000;
const SHORTEST_MS = 250;

/** As long as nobody reads. */
const REST_MS = 600_000;

const CHANNELS: readonly Channel[] = [
  'contactstream_work',
  'contactstream_events',
  'contactstream_read_model',
];

interface Reader {
  /** null: sees all. */
  readonly accountId: string | null;
  readonly tell: (message: Message) => void;
}

/** Looks for changes once for all readers of the process, and not at all while there are none. */
export class ChangeWatch {
  private readonly stopping = new AbortController();
  private readonly readers = new Set<Reader>();
  private readonly wakeUp: WakeUp;
  private readonly unsubscribe: readonly (() => void)[];
  private loop: Promise<void> | null = null;

  /** @param sources in the order in which they are looked at */
  constructor(
    private readonly sources: readonly ChangeSource[],
    notifications: Subscriptions,
    private readonly log: WorkLog,
  ) {
    this.wakeUp = new WakeUp(notifications, 'contactstream_runs');
    this.unsubscribe = CHANNELS.map((channel) =>
      notifications.subscribe(channel, () => {
        this.wakeUp.ring();
      }),
    );
  }

  start(): void {
    this.loop ??= this.work();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    this.wakeUp.close();
    for (const end of this.unsubscribe) end();
  }

  /** @returns a function that ends it */
  watch(accountId: string | null, tell: (message: Message) => void): () => void {
    const reader = { accountId, tell };
    this.readers.add(reader);
    this.wakeUp.ring();
    return () => this.readers.delete(reader);
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    const outage = new Backoff('looking for what changes', this.log);
    while (!signal.aborted) {
      try {
        if (this.readers.size > 0) await this.look();
        else for (const source of this.sources) source.forget();
        outage.over();
        if (this.readers.size > 0) await delay(SHORTEST_MS, undefined, { signal }).catch(() => undefined);
        await this.wakeUp.wait(this.readers.size > 0 ? LOOK_MS - SHORTEST_MS : REST_MS, signal);
      } catch (error) {
        await outage.pause(error, signal);
      }
    }
  }

  private async look(): Promise<void> {
    const accounts = new Set<string>();
    for (const source of this.sources) {
      for (const { message, accountId } of await source.look(accounts)) {
        if (accountId !== null) accounts.add(accountId);
        for (const reader of this.readers) {
          if (reader.accountId === null || reader.accountId === accountId) reader.tell(message);
        }
      }
    }
  }
}
