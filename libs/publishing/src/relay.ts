import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type Notifications, ReadAhead, WakeUp, type WorkLog } from '#platform';

import { type EventPublisher, TopicMissing } from './event-publisher.js';
import { LeasedRelay, type LeasedRelayOptions } from './leased-relay.js';
import { readRelayBatch } from './relay-batch.js';
import { type RelayLease } from './relay-lease.js';
import { RelayTerm } from './relay-term.js';
import { type Checkpoint, type RelayTopics } from './relay-topics.js';
import { LogBehindKafka } from './unknown-records.js';
import { WaitingContacts } from './waiting-contacts.js';

export interface RelayOptions extends LeasedRelayOptions {
  readonly topics: RelayTopics;
  /** The service's own URL, for `dataschema`. */
  readonly publicUrl: string;
  /** Events a send, at most. */
  readonly batchSize?: number;
  /** How often the log is looked at when no notification comes. */
  readonly pollMs?: number;
  /** How often the leader compares where the topics end with where they should, also with nothing to send. */
  readonly compareMs?: number;
}

/**
 * Publishes the event log to Kafka, in its order, by one leader over all processes.
 *
 * The checkpoint moves after the brokers' acknowledgement and before the next send, so a crash sends at most one batch
 * again, with the same ids. Before each attempt the leader makes sure that its lease outlives the longest send. Where a
 * partition does not continue at the last acknowledged offset, somebody else wrote to it, or the topic was made anew;
 * both are repaired (docs/adr/0023-late-sends-are-repaired.md). What a broker refuses is put aside with what follows of
 * its contact. While a broker or the database is away, the relay tries again.
 */
export class Relay extends LeasedRelay {
  constructor(
    em: SqlEntityManager,
    publisher: EventPublisher,
    private readonly notifications: Pick<Notifications, 'subscribe'>,
    private readonly options: RelayOptions,
    log: WorkLog,
  ) {
    super(em, publisher, options, log, {
      taking: "taking the relay's lease",
      leading: 'the relay',
      publishing: 'publishing to Kafka',
      advice: (error) => (error instanceof LogBehindKafka ? error.message : null),
    });
  }

  protected async lead(lease: RelayLease): Promise<void> {
    const { signal } = this.stopping;
    const { topics, publicUrl } = this.options;
    const waiting = await WaitingContacts.under(lease, this.em, topics);
    const wakeUp = new WakeUp(this.notifications, 'contactstream_events');
    const ahead = new ReadAhead((after: Checkpoint) =>
      readRelayBatch(this.em, after, this.options.batchSize ?? 500, topics, publicUrl),
    );
    const term = new RelayTerm({
      em: this.em,
      publisher: this.publisher,
      lease,
      waiting,
      topics,
      publicUrl,
      kafkaBackoff: this.kafkaBackoff,
      databaseBackoff: this.leading,
      log: this.log,
      signal,
    });
    let compareAt = 0;
    try {
      while (!signal.aborted) {
        if (term.needsComparison || performance.now() >= compareAt) {
          await term.compare();
          if (compareAt === 0) this.sayThatItLeads(lease);
          compareAt = performance.now() + (this.options.compareMs ?? 10_000);
        }
        if (!waiting.isEmpty) await this.unlessTopicMissing(term, () => term.settleRequests());
        const batch = await ahead.next(lease.checkpoint);
        if (batch.size === 0) {
          this.leading.over();
          await wakeUp.wait(this.options.pollMs ?? 5_000, signal);
          if (lease.remainingMs < this.leaseMs / 2) await lease.renew();
        } else {
          if (batch.isFull) ahead.begin(batch.end);
          await this.unlessTopicMissing(term, () => term.publish(batch));
          this.leading.over();
        }
      }
    } finally {
      await ahead.end();
      wakeUp.close();
    }
  }

  private sayThatItLeads({ checkpoint }: RelayLease): void {
    this.log.info(
      { position: String(checkpoint.events) },
      `relaying the log to ${this.options.topics.events}`,
    );
  }

  /** A topic that is missing is made anew, and then filled. */
  private async unlessTopicMissing(term: RelayTerm, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof TopicMissing)) throw error;
      await this.kafkaBackoff.pause(error, this.stopping.signal);
      await term.compare();
    }
  }
}
