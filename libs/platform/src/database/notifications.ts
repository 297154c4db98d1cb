import { EventEmitter } from 'node:events';

import { type Client } from 'pg';
import { type Logger } from 'pino';

import { type Channel, CHANNELS, type Subscriptions } from './channels.js';
import { ownClient } from './own-client.js';
import { WakeUp } from './wake-up.js';

const FIRST_RECONNECT_MS = 100;
const LAST_RECONNECT_MS = 30_000;

/** How often PostgreSQL is asked whether it is still there, and how long it may take to say so. */
const HEARTBEAT_MS = 30_000;
const ANSWER_MS = 5_000;

/** A notification takes a millisecond or two; one that takes this long is lost. */
const ARRIVAL_MS = 2_000;

/**
 * PostgreSQL's NOTIFY, on one connection of its own. A notification is a hint to look, never the fact itself: while
 * the connection is away hints are lost, so every subscriber is woken when it is back, and has a slow poll besides.
 */
export class Notifications implements Subscriptions {
  private readonly channels = new EventEmitter().setMaxListeners(0);
  private client: Client | null = null;
  private stopped = false;
  private reconnect: NodeJS.Timeout | null = null;
  private heartbeat: NodeJS.Timeout | null = null;

  /** @param directUrl a connection past any transaction pooler: LISTEN belongs to the session */
  constructor(
    private readonly directUrl: string,
    private readonly log: Pick<Logger, 'warn' | 'info'>,
    private readonly times = { heartbeatMs: HEARTBEAT_MS, answerMs: ANSWER_MS },
  ) {}

  async start(): Promise<void> {
    await this.connect();
  }

  /**
   * Whether a notification of another connection arrives here. Behind a transaction pooler none does, because LISTEN
   * stays on whichever connection the pooler took it to.
   *
   * @param notify sends an empty one on the channel
   */
  async arrive(channel: Channel, notify: () => Promise<unknown>): Promise<boolean> {
    const arrival = new WakeUp(this, channel);
    try {
      await notify();
      return await arrival.wait(ARRIVAL_MS);
    } finally {
      arrival.close();
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.reconnect !== null) clearTimeout(this.reconnect);
    if (this.heartbeat !== null) clearTimeout(this.heartbeat);
    await this.client?.end();
    this.client = null;
  }

  subscribe(channel: Channel, wake: (payload: string) => void): () => void {
    this.channels.on(channel, wake);
    return () => {
      this.channels.off(channel, wake);
    };
  }

  private async connect(): Promise<void> {
    const client = ownClient(this.directUrl, 'contactstream listen', this.times.answerMs);
    let lost = false;
    const onLost = (error?: Error): void => {
      if (lost || this.stopped) return;
      lost = true;
      this.client = null;
      if (this.heartbeat !== null) clearTimeout(this.heartbeat);
      this.log.warn(
        { err: error?.message },
        'the connection that listens for notifications is lost, reconnecting',
      );
      this.scheduleReconnect(FIRST_RECONNECT_MS);
    };
    client.on('error', onLost);
    client.on('end', () => {
      onLost();
    });
    client.on('notification', ({ channel, payload }) => {
      this.channels.emit(channel, payload ?? '');
    });
    try {
      await client.connect();
      for (const channel of CHANNELS) await client.query(`listen ${channel}`);
    } catch (error) {
      // The caller decides what a failed first connection means; a later one is tried again by its timer.
      lost = true;
      await client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
    this.ask(client);
  }

  /** Nothing else is ever sent here: a server, or what is before it, that stands still would not be noticed. */
  private ask(client: Client): void {
    this.heartbeat = setTimeout(() => {
      client.query('select 1').then(
        () => {
          if (this.client === client) this.ask(client);
        },
        () => client.end().catch(() => undefined),
      );
    }, this.times.heartbeatMs);
  }

  private scheduleReconnect(delayMs: number): void {
    if (this.stopped) return;
    this.reconnect = setTimeout(() => {
      this.connect().then(
        () => {
          this.log.info('listening for notifications again');
          for (const channel of CHANNELS) this.channels.emit(channel, '');
        },
        () => {
          this.scheduleReconnect(Math.min(delayMs * 2, LAST_RECONNECT_MS));
        },
      );
    }, delayMs);
  }
}
