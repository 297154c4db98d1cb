import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { eventId, toAccountMessage } from '#contact-events';
import {
  type PublishedAccountEvent,
  readAccountEvents,
  removeToldAccountEvents,
  type StoredAccountEvent,
  tellAccountsAgain,
} from '#event-store';
import { isUuid, type Notifications, WakeUp, type WorkLog } from '#platform';

import {
  type EventPublisher,
  type PartitionRange,
  PublicationRefused,
  type PublishedRecord,
  TopicMissing,
} from './event-publisher.js';
import { KafkaSender } from './kafka-sender.js';
import { LeasedRelay } from './leased-relay.js';
import { type RelayLease } from './relay-lease.js';
import { nothingPublished } from './relay-term.js';
import { RelayedPartitions } from './relayed-partitions.js';

export interface AccountRelayOptions {
  /** The name of this process in the lease's row, for whoever looks there. */
  readonly owner: string;
  /** What it fills; also its name. */
  readonly topic: string;
  /** The topic of contact events, without which AccountSynced would promise too much. */
  readonly contactsTopic: string;
  /** The service's own URL, for `dataschema`. */
  readonly publicUrl: string;
}

/**
 * Publishes the log of accounts' lives to Kafka, in its order, by one leader over all processes
 * (docs/adr/0049-accounts-have-a-log-of-their-own.md). It has a lease, a checkpoint and a producer of its own, so that
 * what fails here keeps no contact waiting.
 *
 * AccountSynced waits until Kafka has the contact events that it speaks of, and what comes behind it waits with it. A record
 * that a broker refuses waits, too, and all behind it: none is larger than what every topic takes, unless somebody has set
 * it so.
 */
export class AccountRelay extends LeasedRelay {
  constructor(
    em: SqlEntityManager,
    publisher: EventPublisher,
    private readonly notifications: Pick<Notifications, 'subscribe'>,
    private readonly options: AccountRelayOptions,
    log: WorkLog,
  ) {
    super(em, publisher, { owner: options.owner, topics: { events: options.topic } }, log, {
      taking: "taking the lease of the accounts' relay",
      leading: "the accounts' relay",
      publishing: "publishing accounts' lives to Kafka",
      advice: (error) =>
        error instanceof PublicationRefused
          ? `${options.topic} takes no such record: mend what the topic asks of records`
          : null,
    });
  }

  protected async lead(lease: RelayLease): Promise<void> {
    const { em, publisher, kafkaBackoff } = this;
    const { signal } = this.stopping;
    const sender = new KafkaSender({ publisher, lease, kafkaBackoff, signal });
    const wakeUp = new WakeUp(this.notifications, 'contactstream_accounts');
    let compareAt = 0;
    try {
      // What a leader before may have left between its checkpoint and this.
      await removeToldAccountEvents(em.fork(), lease.checkpoint.events);
      while (!signal.aborted) {
        if (performance.now() >= compareAt) {
          await this.compare(lease, sender);
          compareAt = performance.now() + COMPARE_MS;
        }
        const { due, isHeld } = await this.next(lease.checkpoint.events);
        if (due.length === 0) {
          this.leading.over();
          await wakeUp.wait(isHeld ? HELD_POLL_MS : POLL_MS, signal);
          if (lease.remainingMs < this.leaseMs / 2) await lease.renew();
        } else if (!(await this.publish(due, lease, sender))) compareAt = 0;
      }
    } finally {
      wakeUp.close();
    }
  }

  /** A topic that holds less than it was sent was made anew: it is filled again with what is still known. */
  private async compare(lease: RelayLease, sender: KafkaSender): Promise<void> {
    const { topic } = this.options;
    const ends = await sender.ask(() => this.publisher.ends([topic]));
    if (ends === null) return;
    const found = new Map(ends.map(({ partition, end }) => [partition, end]));
    if (lease.ends.some(({ partition, end }) => (found.get(partition) ?? 0n) < end)) {
      this.log.warn(
        { topic },
        'a Kafka topic holds less than was published: it was made anew, and is filled again',
      );
      await lease.restart('events');
    }
    const unknown = lease.note(ends.filter((one) => one.end > lease.end(one)).map(nothingPublished));
    if (unknown.length > 0) await this.accountFor(unknown, lease, sender);
  }

  /**
   * Looks at records that are not recorded as ours: of a send whose process ended before it moved the checkpoint, which is
   * made again, or of a time that the database was restored from.
   */
  private async accountFor(
    ranges: readonly PartitionRange[],
    lease: RelayLease,
    sender: KafkaSender,
  ): Promise<void> {
    const { checkpoint } = lease;
    const records = await sender.ask(async () => {
      const read: PublishedAccountEvent[] = [];
      await this.publisher.read(ranges, (record) => read.push(...eventOf(record)));
      return read;
    });
    if (records === null) return;
    const accounts = await tellAccountsAgain(this.em.fork(), records, checkpoint.events);
    if (accounts.length > 0) {
      this.log.warn(
        { topic: this.options.topic, accounts: accounts.length },
        'a Kafka topic holds events of accounts that the database does not know, as after a restored backup: how the accounts ' +
          'stand is told again',
      );
    }
    await lease.advance(checkpoint, []);
  }

  /** @returns `isHeld`: something waits until Kafka has more contact events */
  private async next(after: bigint): Promise<{ due: StoredAccountEvent[]; isHeld: boolean }> {
    const events = await readAccountEvents(this.em.fork(), after, BATCH_SIZE);
    if (events.every(({ lastPosition }) => lastPosition === null)) return { due: events, isHeld: false };
    const { position } = await new RelayedPartitions(this.em).of(this.options.contactsTopic);
    const held = events.findIndex(({ lastPosition }) => (lastPosition ?? 0n) > position);
    return held < 0 ? { due: events, isHeld: false } : { due: events.slice(0, held), isHeld: true };
  }

  /** @returns false: the topic is missing, or the relay is to stop */
  private async publish(
    events: readonly StoredAccountEvent[],
    lease: RelayLease,
    sender: KafkaSender,
  ): Promise<boolean> {
    const { topic, publicUrl } = this.options;
    const messages = events.map((event) => ({ topic, message: toAccountMessage(event, publicUrl) }));
    try {
      const sent = await sender.attempt(messages);
      if (sent === null) return false;
      if (sent.refusal !== null) throw new PublicationRefused(sent.refusal);
      lease.note(sent.acknowledged);
      const position = events.at(-1)?.position ?? lease.checkpoint.events;
      await lease.advance({ events: position, state: 0n }, []);
      if (events.some(({ type }) => type === 'AccountErased')) {
        await removeToldAccountEvents(this.em.fork(), position);
      }
      return true;
    } catch (error) {
      if (!(error instanceof TopicMissing)) throw error;
      await this.kafkaBackoff.pause(error, this.stopping.signal);
      return false;
    }
  }
}

/** @returns none where this service did not write it */
function eventOf({ key, headers }: PublishedRecord): PublishedAccountEvent[] {
  const { ce_id: id, ce_accountversion: text, ce_time: occurredAt } = headers;
  if (key === null || !isUuid(key) || occurredAt === undefined || !/^\d{10}$/.test(text ?? '')) return [];
  const version = Number(text);
  return id === eventId(key, version) ? [{ accountId: key, version, occurredAt }] : [];
}

const BATCH_SIZE = 500;
const COMPARE_MS = 10_000;
/** How often the log is looked at when no notification comes. */
const POLL_MS = 5_000;
/** How often it is asked whether Kafka has the contact events now: nobody tells of that. */
const HELD_POLL_MS = 250;
