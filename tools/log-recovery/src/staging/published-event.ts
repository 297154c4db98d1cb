import { EventNotUnderstood, eventId, fromKafkaMessage, versionHeader } from '#contact-events';
import { type WholeEvent } from '#event-store';
import { type FetchedRecord } from '#kafka';

/** The highest values of PostgreSQL's bigint and integer. */
const LAST_POSITION = 2n ** 63n - 1n;
const LAST_VERSION = 2 ** 31 - 1;

/**
 * The event that a record carries, as the log had it, but for `metadata`, which is never published.
 *
 * @returns null where the record is no event of this service
 */
export function publishedEvent({ key, value, headers }: FetchedRecord): WholeEvent | null {
  try {
    const { position, event } = fromKafkaMessage({ value, headers });
    const { contactId, version, accountId, type, runId, occurredAt } = event;
    const isOurs = key === contactId && headers.ce_id === eventId(contactId, version);
    if (!isOurs || position < 1n || position > LAST_POSITION || version > LAST_VERSION) return null;
    return {
      position,
      streamId: contactId,
      version,
      accountId,
      type,
      data: value ?? '',
      metadata: {},
      runId,
      occurredAt,
    };
  } catch (error) {
    if (error instanceof EventNotUnderstood) return null;
    throw error;
  }
}

/** The version and the position of the deletion that a record of the state topic without a value stands for. */
export function tombstone({ key, headers }: FetchedRecord): { version: number; position: bigint } | null {
  const { ce_position: position = '', ce_id: id } = headers;
  const written = versionHeader(headers) ?? '';
  if (key === null || !/^\d{10}$/.test(written) || !/^\d{1,18}$/.test(position)) return null;
  const version = Number(written);
  return id === eventId(key, version) && version <= LAST_VERSION
    ? { version, position: BigInt(position) }
    : null;
}
