import { describe, expect, it } from '@jest/globals';

import { asyncApiDocument } from './asyncapi-document.js';
import { classified, DATA_CLASS, dataClassOf } from './data-classes.js';
import { eventJsonSchemas } from './json-schemas.js';
import { topicNames } from './topic-names.js';

const { messages } = asyncApiDocument({
  version: '1.2.3',
  topics: topicNames(''),
  partitions: 12,
}).components;

const CLASSES = ['personal', 'contact-point', 'free-text', 'technical'];

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly 'x-data-class'?: string;
}

/** Each member that holds no others, with its class; one without members itself. */
function classes(schema: Schema, path: string): [string, string | undefined][] {
  const inner = [schema, schema.items, ...(schema.anyOf ?? [])].find(
    (part) => part?.properties !== undefined,
  );
  if (inner === undefined) {
    const deeper = schema.anyOf?.find(({ items }) => items !== undefined);
    return deeper === undefined ? [[path, schema[DATA_CLASS]]] : classes(deeper, path);
  }
  return Object.entries(inner.properties ?? {}).flatMap(([name, part]) => classes(part, `${path}.${name}`));
}

const all = Object.entries(messages).flatMap(([name, { headers, payload, bindings }]) => [
  ...classes(headers as Schema, `${name}.headers`),
  ...classes(payload as Schema, `${name}.payload`),
  ...classes(bindings.kafka.key as Schema, `${name}.key`),
]);

describe('Each field of a message', () => {
  it('carries its class in the AsyncAPI document', () => {
    expect(all.length).toBeGreaterThan(150);
    expect(all.filter(([, found]) => !CLASSES.includes(String(found)))).toEqual([]);
  });

  it.each([
    ['contactUpdated.payload.contact.givenName', 'personal'],
    ['contactUpdated.payload.contact.emailAddresses.value', 'contact-point'],
    ['contactUpdated.payload.contact.emailAddresses.type', 'free-text'],
    ['contactUpdated.payload.contact.emailAddresses.primary', 'technical'],
    ['contactUpdated.payload.contact.birthday.month', 'personal'],
    ['contactUpdated.payload.contact.organizations.startDate.year', 'personal'],
    ['contactUpdated.payload.contact.biography', 'free-text'],
    ['contactUpdated.payload.contact.nicknames', 'personal'],
    ['contactUpdated.payload.version', 'technical'],
    ['contactDeleted.payload.reason', 'technical'],
    ['contactDeleted.headers.ce_accountref', 'personal'],
    ['contactDeleted.key', 'technical'],
  ])('has its own: %s is %s', (path, expected) => {
    expect(Object.fromEntries(all)[path]).toBe(expected);
  });

  it('has none until somebody has given it one', () => {
    const schema = { properties: { contact: { properties: { shoeSize: { type: 'integer' } } }, mood: {} } };
    expect(classes(classified(schema, dataClassOf) as Schema, 'new')).toEqual([
      ['new.contact.shoeSize', undefined],
      ['new.mood', undefined],
    ]);
  });

  it('has none in the JSON Schemas, which a strict validator of a consumer reads', () => {
    expect(JSON.stringify(eventJsonSchemas)).not.toContain(DATA_CLASS);
  });
});
