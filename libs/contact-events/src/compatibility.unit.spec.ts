import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';

import { type AsyncApiDocument, asyncApiDocument } from './asyncapi-document.js';
import { breakingChanges } from './breaking-changes.spec.js';
import { topicNames } from './topic-names.js';

/** A document with everything open to a planted change. */
interface Open {
  channels: Record<
    string,
    { address: string; messages: object; bindings: { kafka: Record<string, unknown> } }
  >;
  components: {
    messages: Record<
      string,
      { headers: OpenSchema; payload: OpenSchema; bindings: { kafka: { key: OpenSchema } } }
    >;
  };
}
interface OpenSchema {
  type?: unknown;
  format?: string;
  description?: string;
  enum?: string[];
  const?: string;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  uniqueItems?: boolean;
  allOf?: object[];
  required: string[];
  properties: Record<string, OpenSchema>;
  items: OpenSchema;
  anyOf: OpenSchema[];
}

const current = asyncApiDocument({
  version: '1.2.3',
  topics: topicNames(''),
  partitions: 12,
});

describe('What is published', () => {
  let published: AsyncApiDocument;
  beforeAll(async () => {
    const file = path.join(import.meta.dirname, '../schemas/published/asyncapi.json');
    published = JSON.parse(await readFile(file, 'utf8')) as AsyncApiDocument;
  });

  it('breaks no consumer of what was published before (see CONTRIBUTING.md, "Change an event")', () => {
    expect(breakingChanges(published, current)).toEqual([]);
  });

  /** What is said of a change, made to a document that {@link begin} may have changed beforehand. */
  const after = (change: (document: Open) => void, begin?: (document: Open) => void): string[] => {
    // Not by structuredClone, which keeps parts that are shared.
    const copied = (document: unknown): Open => JSON.parse(JSON.stringify(document)) as Open;
    const before = copied(current);
    begin?.(before);
    const document = copied(before);
    change(document);
    return breakingChanges(before as unknown as AsyncApiDocument, document as unknown as AsyncApiDocument);
  };
  const updated = ({ components }: Open): OpenSchema => present(components.messages.contactUpdated?.payload);
  const contact = (document: Open): OpenSchema => member(updated(document), 'contact');
  const email = (document: Open): OpenSchema => member(contact(document), 'emailAddresses').items;
  const headers = ({ components }: Open): OpenSchema => present(components.messages.contactDeleted?.headers);
  const topic = ({ channels }: Open, name: string) => present(channels[name]);
  const text = (): OpenSchema => ({ type: 'string' }) as OpenSchema;

  it.each<[string, (document: Open) => void]>([
    ['an optional member', (document) => (contact(document).properties.pronouns = text())],
    ['an optional member of an item', (document) => (email(document).properties.label = text())],
    ['an optional header', (document) => (headers(document).properties.ce_region = text())],
    ['other words', (document) => (member(updated(document), 'version').description = 'Counted from 1')],
    ['a smaller range', (document) => (member(updated(document), 'version').maximum = 2 ** 31)],
    ['a message', (document) => Object.assign(document.components.messages, { contactMoved: {} })],
    ['a topic', (document) => Object.assign(document.channels, { audit: {} })],
    [
      'another number of partitions',
      (document) => (topic(document, 'events').bindings.kafka.partitions = 24),
    ],
  ])('may change by %s', (_, change) => {
    expect(after(change)).toEqual([]);
  });

  it.each<[string, Partial<OpenSchema>, Partial<OpenSchema>]>([
    ['a pattern where there was none', {}, { pattern: '^[0-9a-f-]{36}$' }],
    ['a pattern in the place of a format', { format: 'uuid' }, { pattern: '^[0-9a-f-]{36}$' }],
    ['a condition where there was none', {}, { allOf: [{}] }],
  ])('may say more exactly what it was: %s', (_, before, now) => {
    const id = (is: Partial<OpenSchema>) => (document: Open) => {
      updated(document).properties.contactId = { type: 'string', ...is } as OpenSchema;
    };
    expect(after(id(now), id(before))).toEqual([]);
    expect(after(id(before), id(now))).not.toEqual([]);
  });

  it.each<[string, (document: Open) => void]>([
    [
      'contactUpdated.payload.contact.groups is gone',
      (document) => {
        removeMember(contact(document), 'groups');
      },
    ],
    [
      'contactUpdated.payload.truncatedFields is gone',
      (document) => {
        removeMember(updated(document), 'truncatedFields');
      },
    ],
    [
      'contactUpdated.payload.contact.emailAddresses[].primary is gone',
      (document) => {
        removeMember(email(document), 'primary');
      },
    ],
    [
      'contactDeleted.headers.ce_id is gone',
      (document) => {
        removeMember(headers(document), 'ce_id');
      },
    ],
    [
      'contactUpdated.payload.contact.groups is no longer required',
      (document) => {
        without(contact(document).required, 'groups');
      },
    ],
    [
      'contactUpdated.payload.truncatedFields is now required',
      (document) => updated(document).required.push('truncatedFields'),
    ],
    [
      'contactUpdated.payload.contact.pronouns is new, and required',
      (document) => {
        contact(document).properties.pronouns = text();
        contact(document).required.push('pronouns');
      },
    ],
    [
      'contactUpdated.payload.version has another type',
      (document) => (member(updated(document), 'version').type = 'string'),
    ],
    [
      'contactUpdated.payload.contact.displayName has another type',
      (document) => (member(contact(document), 'displayName').type = ['string', 'null']),
    ],
    [
      'contactUpdated.payload.contact.givenName has another type',
      (document) => (member(contact(document), 'givenName').type = 'string'),
    ],
    [
      'contactUpdated.payload.change has another enum',
      (document) => member(updated(document), 'change').enum?.push('split'),
    ],
    [
      'contactUpdated.payload.change has another enum',
      (document) => member(updated(document), 'change').enum?.pop(),
    ],
    [
      'contactUpdated.payload.changedFields[] has another type',
      (document) => (member(updated(document), 'changedFields').items.type = 'integer'),
    ],
    [
      'contactUpdated.payload.version has another minimum',
      (document) => (member(updated(document), 'version').minimum = 0),
    ],
    [
      'contactDeleted.headers.ce_contactversion has another pattern',
      (document) => (member(headers(document), 'ce_contactversion').pattern = '^.{10}$'),
    ],
    [
      'contactDeleted.headers.ce_contactversion has another pattern',
      (document) => delete member(headers(document), 'ce_contactversion').pattern,
    ],
    [
      'contactUpdated.payload.version has another maximum',
      (document) => delete member(updated(document), 'version').maximum,
    ],
    [
      'contactUpdated.payload.contactId has another pattern',
      (document) => delete member(updated(document), 'contactId').pattern,
    ],
    [
      'contactUpdated.payload.contact.birthday has other alternatives',
      (document) => member(contact(document), 'birthday').anyOf.pop(),
    ],
    [
      'contactDeleted.headers.ce_type has another const',
      (document) => (member(headers(document), 'ce_type').const = 'ContactGone'),
    ],
    [
      'contactUpdated.key has another pattern',
      (document) => delete document.components.messages.contactUpdated?.bindings.kafka.key.pattern,
    ],
    [
      'The message contactTombstone is gone',
      (document) => delete document.components.messages.contactTombstone,
    ],
    ['The topic state is gone', (document) => delete document.channels.state],
    [
      'The topic state has another address',
      (document) => (topic(document, 'state').address = 'contacts.latest'),
    ],
    [
      'The topic state is cleaned up otherwise',
      (document) =>
        (topic(document, 'state').bindings.kafka.topicConfiguration = { 'cleanup.policy': ['delete'] }),
    ],
    [
      'contactDeleted is gone from the topic events',
      (document) => (topic(document, 'events').messages = { contactUpdated: {} }),
    ],
  ])('may not change so that %s', (line, change) => {
    expect(after(change)).toEqual([line]);
  });
});

function present<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('The published document has no such part');
  return part;
}

function member({ properties }: OpenSchema, name: string): OpenSchema {
  return present(properties[name]);
}

function removeMember(schema: OpenSchema, name: string): void {
  const { [name]: gone, ...rest } = schema.properties;
  schema.properties = rest;
  if (schema.required.includes(name)) without(schema.required, name);
}

function without(list: string[], entry: string): void {
  list.splice(list.indexOf(entry), 1);
}
