import { type ContactEvent } from '#contact';
import { describe, expect, it } from '@jest/globals';
import { type CloudEvent, Kafka as KafkaBinding } from 'cloudevents';

import {
  contactEventData,
  type ContactMessage,
  dataSchemaUrl,
  eventId,
  EventNotUnderstood,
  fromKafkaMessage,
  type LoggedContactEvent,
  toCloudEvent,
  toKafkaMessage,
  toTombstone,
  versionHeader,
} from './index.js';
import { ACCOUNT, CONTACT, deleted, updated } from './given.spec.js';

const URL = 'https://contacts.example.org';

function logged(event: ContactEvent, position = 42n): LoggedContactEvent {
  const { type, contactId, accountId, version, occurredAt } = event;
  return { position, type, contactId, accountId, version, occurredAt, data: contactEventData(event) };
}

/** As the SDK of CloudEvents takes a record of Kafka, whatever it calls its type. */
const record = ({ key, headers, value }: ContactMessage) =>
  ({ key, headers, body: value, value }) as Parameters<typeof KafkaBinding.toEvent>[0];

describe('An event on Kafka', () => {
  it('tells what the account was known by, where the log has it', () => {
    const known = { ...logged(updated), metadata: { sourceIds: ['1'], accountRef: 'tenant-42/é' } };
    expect(toKafkaMessage(known, URL)).toEqual({
      ...toKafkaMessage(logged(updated), URL),
      headers: { ...toKafkaMessage(logged(updated), URL).headers, ce_accountref: 'tenant-42/é' },
    });
    expect(toKafkaMessage({ ...known, metadata: {} }, URL).headers).not.toHaveProperty('ce_accountref');
  });

  it('given an update in the log, when it is sent, then its headers are those of the contract and no others', () => {
    expect(toKafkaMessage(logged(updated), URL)).toEqual({
      key: CONTACT,
      value: contactEventData(updated),
      headers: {
        ce_specversion: '1.0',
        ce_id: eventId(CONTACT, 2),
        ce_source: `/accounts/${ACCOUNT}`,
        ce_type: 'ContactUpdated',
        ce_subject: CONTACT,
        ce_time: '2025-01-02T03:04:05.678Z',
        ce_dataschema: 'https://contacts.example.org/api/schemas/contact-updated/1.json',
        ce_partitionkey: CONTACT,
        ce_contactversion: '0000000002',
        ce_position: '42',
        'content-type': 'application/json',
      },
    });
  });

  it('given a deletion in the log, when it is sent, then it names its own type and schema', () => {
    expect(toKafkaMessage(logged(deleted), URL)).toMatchObject({
      value: contactEventData(deleted),
      headers: {
        ce_type: 'ContactDeleted',
        ce_dataschema: 'https://contacts.example.org/api/schemas/contact-deleted/1.json',
        ce_contactversion: '0000000003',
      },
    });
  });

  it.each([
    ['an update', updated, 1n],
    ['a deletion', deleted, 9_223_372_036_854_775_807n],
  ])(
    'given %s, when it is sent and received, then it is the same event at the same position',
    (_, event, position) => {
      expect(fromKafkaMessage(toKafkaMessage(logged(event, position), URL))).toEqual({ position, event });
    },
  );

  it.each([updated, deleted])(
    'given $type, when the SDK of CloudEvents reads it, then it is valid',
    (event) => {
      const message = toKafkaMessage(logged(event), URL);
      const { headers } = message;
      const read = KafkaBinding.toEvent(record(message));
      expect(() => (read as CloudEvent).validate()).not.toThrow();
      expect(read).toMatchObject({ id: headers.ce_id, contactversion: headers.ce_contactversion });
    },
  );

  it('given a message sent twice, when it is compared, then every byte is the same', () => {
    expect(toKafkaMessage(logged(updated), URL)).toEqual(toKafkaMessage(logged(updated), URL));
  });

  it('given versions that pass a power of ten, when they are compared as text, then they keep their order', () => {
    const versions = [9, 10, 99, 100, 2_147_483_647].map(
      (version) => toKafkaMessage(logged({ ...updated, version }), URL).headers.ce_contactversion,
    );
    expect(versions).toEqual([...versions].sort());
  });
});

describe('A tombstone', () => {
  const gone: ContactEvent = { ...deleted, reason: 'deleted-in-google', mergedInto: null };
  const of = (event: ContactEvent) => toTombstone(toKafkaMessage(logged(event), URL), logged(event).data);

  it('given a deletion, when it is made, then headers say what the data would, and no schema is named', () => {
    const { ce_dataschema: _, ...headers } = toKafkaMessage(logged(gone), URL).headers;
    expect(of(gone)).toEqual({
      key: CONTACT,
      value: null,
      headers: { ...headers, ce_reason: 'deleted-in-google' },
    });
    expect(of(deleted).headers).toMatchObject({ ce_reason: 'merged', ce_mergedinto: deleted.mergedInto });
  });

  it('given a deletion whose data are gone, when it is made, then it does not say why', () => {
    expect(toTombstone(toKafkaMessage(logged(deleted), URL), null).headers).not.toHaveProperty('ce_reason');
  });

  it('given one, when the SDK of CloudEvents reads it, then it has to be passed over, and its headers are read', () => {
    const tombstone = record(of(deleted));
    expect(() => KafkaBinding.toEvent(tombstone)).toThrow('Value is null');
    expect(KafkaBinding.isEvent(tombstone)).toBe(true);
  });
});

describe('A version', () => {
  it('given headers of now and of before it had a name of its own, when it is read, then it is there', () => {
    expect(versionHeader({ ce_contactversion: '0000000002' })).toBe('0000000002');
    expect(versionHeader({ ce_sequence: '0000000001' })).toBe('0000000001');
  });
});

describe('An event id', () => {
  it('given a contact and a version, when it is made anywhere, then it is the same UUIDv5', () => {
    // python -c "import uuid; print(uuid.uuid5(uuid.UUID('5f1f0a2e-0f5b-5d3c-8a55-0f3f5c0e6a11'), '2'))"
    expect(eventId(CONTACT, 2)).toBe('14b3dc3d-364e-5619-9ca8-5714120cea91');
    expect(eventId(CONTACT, 3)).not.toBe(eventId(CONTACT, 2));
    expect(toCloudEvent(logged(updated), URL).id).toBe(eventId(CONTACT, 2));
  });
});

describe('A schema URL', () => {
  it('given an event type, when it is made, then it is where the schema is served', () => {
    expect(dataSchemaUrl('http://host', 'ContactDeleted')).toBe(
      'http://host/api/schemas/contact-deleted/1.json',
    );
  });
});

describe('A record that is not one of our events', () => {
  const good = toKafkaMessage(logged(updated), URL);
  const without = (header: string) => ({ ...good, headers: { ...good.headers, [header]: undefined } });
  const withPosition = (position: string) => ({
    ...good,
    headers: { ...good.headers, ce_position: position },
  });

  it.each([
    ['no CloudEvents version', without('ce_specversion'), 'no CloudEvents 1.0 event'],
    [
      'another CloudEvents version',
      { ...good, headers: { ...good.headers, ce_specversion: '0.3' } },
      'no CloudEvents 1.0 event',
    ],
    ['no type', without('ce_type'), 'ce_type is missing'],
    [
      'a type that nobody knows',
      { ...good, headers: { ...good.headers, ce_type: 'ContactMoved' } },
      'The event type is not known',
    ],
    ['no position', without('ce_position'), 'ce_position is missing or no number'],
    ['a position that is no number', withPosition('4x2'), 'ce_position is missing or no number'],
    ['a position below zero', withPosition('-1'), 'ce_position is missing or no number'],
    ['an empty position', withPosition(''), 'ce_position is missing or no number'],
    ['a position that no log can have', withPosition('1'.repeat(20)), 'ce_position is missing or no number'],
    ['no value', { ...good, value: null }, 'has no value'],
    ['a value that is not JSON', { ...good, value: '{' }, 'not JSON'],
  ])('given %s, when it is received, then it is refused', (_, message, reason) => {
    expect(() => fromKafkaMessage(message)).toThrow(EventNotUnderstood);
    expect(() => fromKafkaMessage(message)).toThrow(reason);
  });
});
