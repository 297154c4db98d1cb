import { setTimeout as delay } from 'node:timers/promises';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { isWhole, readLog, type WholeEvent } from '#event-store';
import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';

import { type EventPublisher, PublicationRefused } from './event-publisher.js';
import { eventMessage } from './relay-batch.js';

export interface ReplayRange {
  /** The first and the last position, both included. */
  readonly from: bigint;
  readonly to: bigint;
  /** Only this account's events. */
  readonly accountId?: string;
  /** Accounts whose events are left out. */
  readonly without?: ReadonlySet<string>;
}

export interface ReplayOptions {
  readonly topic: string;
  /** The service's own URL, for `dataschema`. */
  readonly publicUrl: string;
  /** Messages a second, at most. */
  readonly rate?: number;
  /** Called after each acknowledged send. */
  readonly report: (progress: ReplayProgress) => void;
}

export interface ReplayProgress {
  readonly messages: number;
  /** Everything of the range up to here is on the topic. */
  readonly position: bigint;
}

const FULL_BATCH = 500;
/** How often a second a slow replay sends. */
const SENDS_A_SECOND = 10;

/**
 * Publishes a range of the log to another topic, in its order, with the ids, bytes, headers and keys of the first
 * time. Position order is commit order, so no event can appear later in a part of the range that was read.
 *
 * @param signal ends it after the send in hand
 * @throws what keeps the brokers or the database from answering, after a minute of attempts
 */
export async function replayToTopic(
  em: SqlEntityManager,
  publisher: Pick<EventPublisher, 'publish'>,
  range: ReplayRange,
  { topic, publicUrl, rate, report }: ReplayOptions,
  signal: AbortSignal,
): Promise<void> {
  const fullBatch = rate === undefined ? FULL_BATCH : Math.min(FULL_BATCH, Math.ceil(rate / SENDS_A_SECOND));
  let batchSize = fullBatch;
  let after = range.from - 1n;
  let messages = 0;
  const send = async (events: readonly WholeEvent[]): Promise<void> => {
    if (events.length === 0) return;
    const batch = { topic, messages: events.map((event) => eventMessage(event, publicUrl)) };
    await outages.execute(() => publisher.publish([batch]), signal);
  };
  while (!isAborted(signal)) {
    const page = await readLog(em.fork(), {
      after,
      limit: batchSize,
      ...(range.accountId === undefined ? {} : { accountId: range.accountId }),
    });
    const events = page.filter(({ position }) => position <= range.to);
    const last = events.at(-1);
    if (last === undefined) return;
    const whole = events.filter(isWhole).filter(({ accountId }) => range.without?.has(accountId) !== true);
    try {
      await send(whole);
    } catch (error) {
      if (isAborted(signal)) return;
      if (!(error instanceof PublicationRefused) || events.length === 1) throw error;
      batchSize = Math.ceil(events.length / 2);
      continue;
    }
    batchSize = fullBatch;
    after = last.position;
    messages += whole.length;
    report({ messages, position: after });
    // Counted from the acknowledgement, so that a slow send is not followed by a burst.
    if (rate !== undefined) await pause((whole.length / rate) * 1_000, signal);
  }
}

/** A send whose answer did not come is sent again: the topic may then hold it twice, as the service's own may. */
const outages = retry(
  handleWhen((error) => !(error instanceof PublicationRefused)),
  { maxAttempts: 10, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 10_000 }) },
);

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** It changes while something else is waited for. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
