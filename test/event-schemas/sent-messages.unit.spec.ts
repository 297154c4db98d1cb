import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { isMessage, isOfOneContact } from './reference-rule.js';
import { cutMessage, sentMessage } from './sent-message.js';
import { compiled, headersFit, validatorOf } from './strict-validation.js';

describe('The schemas of the events', () => {
  it('are compiled by Ajv in strict mode, without a warning', () => {
    expect(compiled.paths).toHaveLength(7);
    expect(compiled.complaints).toEqual([]);
  });

  it('take every message that is sent, or was before, as does the reference rule', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(sentMessage, ({ headers, value }) => {
        const data = JSON.parse(value ?? '') as Record<string, unknown> & { contact?: object };
        const validate = validatorOf(headers.ce_dataschema ?? '');
        expect([validate(data), validate.errors]).toEqual([true, null]);
        const type = headers.ce_type ?? '';
        const ofHeaders = headersFit[type];
        expect([ofHeaders?.(headers), ofHeaders?.errors]).toEqual([true, null]);
        expect([data, isMessage(type, data), isOfOneContact(data)]).toEqual([data, true, true]);
        for (const one of [data.change, data.reason, 'before' in data, 'gender' in (data.contact ?? {})])
          seen.add(String(one));
        if ('truncatedFields' in data) seen.add('truncated');
      }),
      { numRuns: 200, examples: fc.sample(cutMessage, 1).map((message) => [message]) },
    );
    for (const one of [
      'created',
      'updated',
      'renamed',
      'restored',
      'merged',
      'account-erased',
      'truncated',
      'false',
    ])
      expect(seen).toContain(one);
  });

  it('take what a later release adds, and are closed to the same names where the contact does not have them', () => {
    const data = {
      ...fc
        .sample(sentMessage, 200)
        .map(({ value }) => JSON.parse(value ?? '') as Record<string, unknown>)
        .find(({ change, before }) => change === 'updated' && before !== undefined),
    };
    const fits = (changed: object): boolean =>
      validatorOf('https://contacts.example/api/schemas/contact-updated/1.json')({ ...data, ...changed });
    const later = {
      changedFields: ['pronouns'],
      before: { pronouns: null },
      contact: { ...(data.contact as object), pronouns: 'they' },
      seenBy: [],
    };
    expect(fits({})).toBe(true);
    expect(fits(later)).toBe(true);
    expect(fits({ ...later, changedFields: ['no name'] })).toBe(false);
    expect(fits({ changedFields: later.changedFields })).toBe(false);
    expect(fits({ before: later.before })).toBe(false);
  });
});
