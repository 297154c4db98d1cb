import { isDeepStrictEqual } from 'node:util';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { expectHolds, playInLanes, verification } from '../engine/verification.js';
import { arbitraryMutation, type Json, KINDS_OF_MUTATION, mutated } from './mutation.js';
import { isMessage, isOfOneContact } from './reference-rule.js';
import { cutMessage, sentMessage } from './sent-message.js';
import { dataFits } from './strict-validation.js';

/** Among fewer it is chance. */
const ENOUGH_TO_COUNT = 500;

describe('Messages that were changed at random', () => {
  const asked = verification('messages', 500, 1, 1);

  it(
    'are refused by their schema, or still are messages by the reference rule',
    async () => {
      const outcomes = { refused: 0, same: 0, 'still a message': 0, 'against a description alone': 0 };
      const refusing = new Set<string>();
      const messages = [
        ...fc.sample(sentMessage, { numRuns: Math.ceil(asked.count / 5), seed: asked.seed }),
        ...fc.sample(cutMessage, { numRuns: 1, seed: asked.seed }),
      ];
      const cases = fc.tuple(
        fc.constantFrom(...messages),
        fc.array(arbitraryMutation, { minLength: 1, maxLength: 2 }),
      );
      const result = await playInLanes(
        [0],
        cases,
        ([{ headers, value }, mutations]) => {
          const type = headers.ce_type ?? '';
          const original = JSON.parse(value ?? '') as Json;
          const data = mutated(original, mutations);
          const isFit = dataFits(headers.ce_dataschema ?? '', data);
          if (isFit !== isMessage(type, data))
            throw new Error(`The schema ${isFit ? 'takes' : 'refuses'} it: ${JSON.stringify(data)}`);
          const [first, ...others] = mutations;
          if (!isFit) {
            outcomes.refused += 1;
            if (first !== undefined && others.length === 0) refusing.add(first.kind);
          } else if (isDeepStrictEqual(data, original)) outcomes.same += 1;
          else if (isOfOneContact(data as object)) outcomes['still a message'] += 1;
          else outcomes['against a description alone'] += 1;
          return Promise.resolve();
        },
        asked,
      );
      expectHolds('messages', result);
      process.stderr.write(
        `${asked.count} mutated messages, seed ${asked.seed}: ${JSON.stringify(outcomes)}\n`,
      );
      if (asked.count < ENOUGH_TO_COUNT) return;
      expect(outcomes.refused).toBeGreaterThan(asked.count / 2);
      // An additional member is the promise that newer messages rely on.
      expect([...KINDS_OF_MUTATION].filter((kind) => !refusing.has(kind))).toEqual([]);
    },
    30_000 + asked.count * 50,
  );
});
