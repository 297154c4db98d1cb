import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type ContactMessage } from '#contact-events';
import { boundSql } from '#platform';

import { type RefusedRecordRequest } from './refused-record.entity.js';
import { type RelayLease } from './relay-lease.js';
import { type RelayTopics } from './relay-topics.js';
import { OPEN_RECORDS, PUT_ASIDE, SETTLE_RECORD } from './waiting-contacts.sql.js';

/** By topic the position from which on a contact's records wait; null: none do. */
export type WaitingFrom = Readonly<Record<keyof RelayTopics, bigint | null>>;

/** A contact whose records wait, because Kafka refused one of them. */
export interface WaitingContact {
  /** Of the refused record. */
  readonly id: string;
  readonly contactId: string;
  readonly from: WaitingFrom;
}

/** A contact for which a person has asked for something. */
export interface RequestedContact extends WaitingContact {
  readonly requested: RefusedRecordRequest;
}

/**
 * The contacts whose records wait, as the relay's leader knows them: it reads them with its lease, and nobody else
 * changes what waits.
 */
export class WaitingContacts {
  private constructor(
    private readonly em: SqlEntityManager,
    private readonly lease: RelayLease,
    private readonly topics: RelayTopics,
    private readonly contacts: Map<string, WaitingContact>,
  ) {}

  static async under(lease: RelayLease, em: SqlEntityManager, topics: RelayTopics): Promise<WaitingContacts> {
    const rows = await openRecords(em, topics);
    const contacts = new Map(rows.map((row) => [row.contactId, row] as const));
    return new WaitingContacts(em, lease, topics, contacts);
  }

  get isEmpty(): boolean {
    return this.contacts.size === 0;
  }

  /** Whether a message for a topic has to wait. */
  holds(topic: string, message: ContactMessage): boolean {
    const from = this.contacts.get(message.key)?.from[this.role(topic)] ?? null;
    return from !== null && positionOf(message) >= from;
  }

  /**
   * From this message on, those of its contact wait for the topic.
   *
   * @param error Kafka's word for why
   * @returns the id of the refused record
   * @throws LeaseLost
   */
  async putAside(topic: string, message: ContactMessage, error: string): Promise<string> {
    const contactId = message.key;
    const position = positionOf(message);
    const role = this.role(topic);
    const [row] = await this.lease.write<{ id: string }>(PUT_ASIDE, [
      contactId,
      role === 'events' ? String(position) : null,
      role === 'state' ? String(position) : null,
      error,
    ]);
    const id = row?.id ?? '';
    const from = this.contacts.get(contactId)?.from ?? { events: null, state: null };
    this.contacts.set(contactId, { id, contactId, from: { ...from, [role]: position } });
    return id;
  }

  /** Those for which a person has asked for something. */
  async requested(): Promise<RequestedContact[]> {
    const open = await openRecords(this.em, this.topics);
    return open.flatMap(({ requested, ...contact }) =>
      requested === null ? [] : [{ ...contact, requested }],
    );
  }

  /**
   * Notes what became of a request. Where nothing waits any more, the contact's next records are sent as others' are.
   *
   * @param from what waits now
   * @param error why, where something still waits
   * @throws LeaseLost
   */
  async settle(
    { id, contactId, requested }: RequestedContact,
    from: WaitingFrom,
    error: string | null,
  ): Promise<void> {
    const waits = from.events !== null || from.state !== null;
    const over = requested === 'replay' ? 'replayed' : 'discarded';
    await this.lease.write(SETTLE_RECORD, [
      id,
      waits ? 'open' : over,
      from.events === null ? null : String(from.events),
      from.state === null ? null : String(from.state),
      error,
    ]);
    if (waits) this.contacts.set(contactId, { id, contactId, from });
    else this.contacts.delete(contactId);
  }

  private role(topic: string): keyof RelayTopics {
    return topic === this.topics.state ? 'state' : 'events';
  }
}

interface OpenRow {
  readonly id: string;
  readonly contact_id: string;
  readonly events_position: string | null;
  readonly state_position: string | null;
  readonly requested: RefusedRecordRequest | null;
}

async function openRecords(
  em: SqlEntityManager,
  { events: relay }: RelayTopics,
): Promise<(WaitingContact & { readonly requested: RefusedRecordRequest | null })[]> {
  const rows = await boundSql<OpenRow>(em.fork(), OPEN_RECORDS, [relay]);
  return rows.map(({ id, contact_id: contactId, events_position, state_position, requested }) => ({
    id,
    contactId,
    from: {
      events: events_position === null ? null : BigInt(events_position),
      state: state_position === null ? null : BigInt(state_position),
    },
    requested,
  }));
}

/** In the log, of the event that a message carries. */
export function positionOf({ headers }: ContactMessage): bigint {
  return BigInt(headers.ce_position ?? 0);
}
