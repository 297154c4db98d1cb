import asyncApiSpecs from '@asyncapi/specs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';

import { type AsyncApiDocument, asyncApiDocument } from './asyncapi-document.js';
import { topicNames } from './topic-names.js';

const DEFAULTS = {
  topics: topicNames(''),
  partitions: 12,
};

/** By AsyncAPI's own schema, which brings its meta-schema along. */
const validate = new Ajv({
  strict: false,
  validateFormats: false,
  meta: false,
  validateSchema: false,
}).compile(asyncApiSpecs.schemas['3.0.0'] as object);

describe('The AsyncAPI document', () => {
  it.each([
    ['as it is in the file', {}],
    ['with brokers', { kafka: { brokers: ['a.example:9092', 'b.example:9092'], ssl: false } }],
    [
      'with secured brokers',
      { kafka: { brokers: ['a.example:9093'], ssl: true, saslMechanism: 'scram-sha-512' as const } },
    ],
    ['with a prefix', { topics: topicNames('x.') }],
  ])('%s is one by the AsyncAPI 3.0 specification', (_, options) => {
    const document = asyncApiDocument({ version: '1.2.3', ...DEFAULTS, ...options });
    expect([validate(document), validate.errors]).toEqual([true, null]);
    expect(unresolved(document)).toEqual([]);
  });

  it('has examples that fit their own schemas', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const { messages } = asyncApiDocument({ version: '1.2.3', ...DEFAULTS }).components;
    for (const { headers, payload, examples } of Object.values(messages)) {
      const fits = { headers: ajv.compile(headers), payload: ajv.compile(payload) };
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        expect([fits.headers(example.headers), fits.headers.errors]).toEqual([true, null]);
        expect([fits.payload(example.payload), fits.payload.errors]).toEqual([true, null]);
      }
    }
  });
});

/** References that lead nowhere. */
function unresolved(document: AsyncApiDocument): string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to ?? '');
  return references.filter((reference) => {
    const parts = reference.replace(/^#\//, '').split('/');
    let place: unknown = document;
    for (const part of parts) place = (place as Record<string, unknown> | undefined)?.[part];
    return place === undefined;
  });
}
