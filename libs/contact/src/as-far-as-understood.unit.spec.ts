import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { PersonNotUnderstood, readAsFarAsUnderstood, readPerson } from './index.js';
import { arbitraryFields } from './support/arbitrary-person.spec.js';

const wrongIn = (raw: unknown): string[] => readAsFarAsUnderstood(raw).problems.map(({ message }) => message);

describe('A person that is read as far as it is understood', () => {
  it('says what is right beside what is wrong', () => {
    const { details, problems } = readAsFarAsUnderstood({
      resourceName: 'people/a',
      names: [{ givenName: 'Wilma', familyName: 7, metadata: { primary: true } }],
      phoneNumbers: [{ value: '+358 45 7396', type: 'mobile' }, { value: 35845, type: 'work' }, 'none'],
      organizations: { name: 'no list' },
      birthdays: [{ date: { year: 1815, month: 13 } }],
      metadata: { sources: [{ type: 'CONTACT', id: 7 }], previousResourceNames: [null] },
    });
    expect(details).toMatchObject({
      displayName: 'Wilma',
      givenName: 'Wilma',
      familyName: null,
      phoneNumbers: [{ value: '+358 45 7396', type: 'mobile' }],
      organizations: [],
      birthday: { year: 1815, month: null, day: null },
    });
    expect(problems.map(({ message }) => message).sort()).toEqual([
      'birthdays[0].date.month should be a whole number from 0 to 12, but is a number',
      'metadata.previousResourceNames[0] should be a string, but is null',
      'metadata.sources[0].id should be a string, but is a number',
      'names[0].familyName should be a string, but is a number',
      'organizations should be a list, but is an object',
      'phoneNumbers[1].value should be a string, but is a number',
      'phoneNumbers[2] should be an object, but is a string',
    ]);
  });

  it.each([
    ['no object at all', [], ['The person should be an object, but is a list']],
    ['nothing', null, ['The person should be an object, but is null']],
  ])('says nothing where it is %s', (_, raw, wrong) => {
    expect(wrongIn(raw).slice(0, 1)).toEqual(wrong);
    expect(readAsFarAsUnderstood(raw).details).toMatchObject({ displayName: '', phoneNumbers: [] });
  });

  it('is told that its name is missing', () => {
    expect(wrongIn({})).toEqual(['resourceName should be a name such as people/c123, but is missing']);
  });

  it('says what a person says that is understood, and has the first problem of one that is not', () => {
    const broken = fc.record({
      at: fc.nat(5),
      value: fc.constantFrom<unknown>(7, 'text', {}, [], [7], [{ value: 7 }]),
    });
    fc.assert(
      fc.property(arbitraryFields, fc.option(broken), (fields, wrong) => {
        const member = wrong === null ? undefined : Object.keys(fields)[wrong.at];
        const raw = {
          resourceName: 'people/a',
          ...fields,
          ...(member === undefined ? {} : { [member]: wrong?.value }),
        };
        const { details, problems } = readAsFarAsUnderstood(raw);
        try {
          const person = readPerson(raw);
          expect(person).toMatchObject({ kind: 'seen', details });
          expect(problems).toEqual([]);
        } catch (error) {
          if (!(error instanceof PersonNotUnderstood)) throw error;
          expect(problems[0]).toEqual(error);
        }
      }),
    );
  });
});
