import { CloudEvent, type CloudEventV1, Kafka as KafkaBinding } from 'cloudevents';
import { v5 as uuidv5 } from 'uuid';

import { type ContactRecord, EventNotUnderstood, readContactEvent } from './contact-record.js';
import { publishedData } from './published-data.js';

/** A row of the event log, with its data in canonical JSON. */
export interface LoggedContactEvent {
  readonly position: bigint;
  readonly type: string;
  readonly contactId: string;
  readonly accountId: string;
  readonly version: number;
  /** ISO 8601. */
  readonly occurredAt: string;
  readonly data: string;
  /** What is stored beside it; of this, `accountRef` is published: what its account was known by. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A Kafka record in the CloudEvents 1.0 Kafka protocol binding, binary mode; a null value is a tombstone. */
export interface ContactMessage {
  readonly key: string;
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What an event type is called where its schema is: `AccountNeedsSignIn` is `account-needs-sign-in`. */
export function schemaName(type: string): string {
  return type.replaceAll(/\B[A-Z]/g, '-$&').toLowerCase();
}

/** Where version 1 of an event type's JSON Schema is served. */
export function dataSchemaUrl(publicUrl: string, type: string): string {
  return `${publicUrl}/api/schemas/${schemaName(type)}/1.json`;
}

/** The CloudEvents id of a version of a contact or an account: the same for every delivery, whoever computes it. */
export function eventId(id: string, version: number): string {
  return uuidv5(String(version), id);
}

/** Compared as text, as CloudEvents compares all, it orders too. Not its `sequence`, which counts within a source. */
export function versionText(version: number): string {
  return String(version).padStart(10, '0');
}

/** @param publicUrl the service's own URL, for `dataschema` */
export function toCloudEvent(logged: LoggedContactEvent, publicUrl: string): CloudEventV1<string> {
  const accountRef = logged.metadata?.accountRef;
  return new CloudEvent<string>({
    specversion: '1.0',
    id: eventId(logged.contactId, logged.version),
    source: `/accounts/${logged.accountId}`,
    type: logged.type,
    subject: logged.contactId,
    time: logged.occurredAt,
    datacontenttype: 'application/json',
    dataschema: dataSchemaUrl(publicUrl, logged.type),
    contactversion: versionText(logged.version),
    partitionkey: logged.contactId,
    position: String(logged.position),
    ...(typeof accountRef === 'string' ? { accountref: accountRef } : {}),
    data: logged.data,
  });
}

export function toKafkaMessage(logged: LoggedContactEvent, publicUrl: string): ContactMessage {
  return {
    key: logged.contactId,
    value: publishedData(logged.data),
    headers: kafkaHeaders(toCloudEvent(logged, publicUrl)),
  };
}

/** The attributes of an event as headers of the binary mode. */
export function kafkaHeaders(event: CloudEventV1<string>): Record<string, string> {
  const { headers } = KafkaBinding.binary(event);
  // In binary mode datacontenttype is the header content-type and nothing else; the library sends both.
  delete headers.ce_datacontenttype;
  return Object.fromEntries(
    Object.entries(headers).filter((header): header is [string, string] => typeof header[1] === 'string'),
  );
}

/**
 * What stands for a deletion on the topic of latest states: no value, which compaction takes for "gone", so headers say
 * what the data would. No schema fits no value, so none is named.
 *
 * @param data of the deletion; null: they are gone
 */
export function toTombstone({ key, headers }: ContactMessage, data: string | null): ContactMessage {
  const { ce_dataschema: _, ...others } = headers;
  const { reason, mergedInto } = (data === null ? {} : JSON.parse(data)) as {
    reason?: string;
    mergedInto?: string | null;
  };
  return {
    key,
    value: null,
    headers: {
      ...others,
      ...(reason === undefined ? {} : { ce_reason: reason }),
      ...(mergedInto == null ? {} : { ce_mergedinto: mergedInto }),
    },
  };
}

/**
 * The version of a contact that the headers of a record tell.
 *
 * @returns undefined: none. Records of before had it as `ce_sequence`
 */
export function versionHeader(headers: Readonly<Record<string, string | undefined>>): string | undefined {
  return headers.ce_contactversion ?? headers.ce_sequence;
}

/**
 * Reads a record of the events topic.
 *
 * @param message key and headers as text, value as received
 * @throws EventNotUnderstood when it is not one of our events
 */
export function fromKafkaMessage(message: {
  readonly value: string | null;
  readonly headers: Readonly<Record<string, string | undefined>>;
}): ContactRecord {
  const { ce_specversion: specversion, ce_type: type, ce_position: position } = message.headers;
  if (specversion !== '1.0')
    throw new EventNotUnderstood('The record is no CloudEvents 1.0 event in binary mode');
  if (type === undefined) throw new EventNotUnderstood('The header ce_type is missing');
  if (position === undefined || !/^\d{1,19}$/.test(position)) {
    throw new EventNotUnderstood('The header ce_position is missing or no number');
  }
  if (message.value === null) throw new EventNotUnderstood('The record has no value');
  const event = readContactEvent(type, message.value);
  return { position: BigInt(position), event, ...('truncatedFields' in event ? { isCut: true } : {}) };
}
