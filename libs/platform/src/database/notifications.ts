import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { type Client } from 'pg';
import { type Logger } from 'pino';

import { type Channel, type Subscriptions } from './channels.js';
import { ownClient } from './own-client.js';

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
 *
 * It listens to what somebody here has asked for: each notification wakes every process that listens to its channel.
 */
export class Notifications implements Subscriptions {
  private readonly channels = new EventEmitter().setMaxListeners(0);
  private client: Client | null = null;
  /** The channels that somebody has asked for, with when the connection of now listens to them. */
  private readonly listening = new Map<Channel, Promise<unknown>>();
  /** The statements on the connection of now, one after the other. */
  private sending: Promise<unknown> = Promise.resolve();
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
   * @param notify sends one on the channel, with the payload, which means nothing to others
   */
  async arrive(channel: Channel, notify: (payload: string) => Promise<unknown>): Promise<boolean> {
    const payload = randomUUID();
    const over = new AbortController();
    let hasArrived = false;
    const unsubscribe = this.subscribe(channel, (arrived) => {
      if (arrived !== payload) return;
      hasArrived = true;
      over.abort();
    });
    try {
      await this.listening.get(channel);
      await notify(payload);
      await delay(ARRIVAL_MS, undefined, { signal: over.signal }).catch(() => undefined);
      return hasArrived;
    } finally {
      unsubscribe();
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
    if (!this.listening.has(channel)) {
      const { client } = this;
      this.listening.set(channel, client === null ? Promise.resolve() : this.listenLate(client, channel));
    }
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
      this.sending = Promise.resolve();
      // Those that are asked for meanwhile, too.
      for (const channel of this.listening.keys()) await this.send(client, `listen ${channel}`);
    } catch (error) {
      // The caller decides what a failed first connection means; a later one is tried again by its timer.
      lost = true;
      await client.end().catch(() => undefined);
      throw error;
    }
    this.client = client;
    this.ask(client);
  }

  /** What was told before the connection listened is lost, as while it was away. */
  private async listenLate(client: Client, channel: Channel): Promise<void> {
    try {
      await this.send(client, `listen ${channel}`);
      this.channels.emit(channel, '');
    } catch {
      // The next connection listens to it.
      await client.end().catch(() => undefined);
    }
  }

  /** Little else is ever sent here: a server, or what is before it, that stands still would not be noticed. */
  private ask(client: Client): void {
    this.heartbeat = setTimeout(() => {
      this.send(client, 'select 1').then(
        () => {
          if (this.client === client) this.ask(client);
        },
        () => client.end().catch(() => undefined),
      );
    }, this.times.heartbeatMs);
  }

  private send(client: Client, statement: string): Promise<unknown> {
    const sent = this.sending.then(() => client.query(statement));
    this.sending = sent.catch(() => undefined);
    return sent;
  }

  private scheduleReconnect(delayMs: number): void {
    if (this.stopped) return;
    this.reconnect = setTimeout(() => {
      this.connect().then(
        () => {
          this.log.info('listening for notifications again');
          for (const channel of this.listening.keys()) this.channels.emit(channel, '');
        },
        () => {
          this.scheduleReconnect(Math.min(delayMs * 2, LAST_RECONNECT_MS));
        },
      );
    }, delayMs);
  }
}
