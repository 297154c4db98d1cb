import { describe, expect, it } from '@jest/globals';

import { GoogleUnavailable } from './google-errors.js';
import { readNameAnswers } from './name-answers.js';

const contact = { resourceName: 'people/a', metadata: { sources: [{ type: 'CONTACT', id: '1' }] } };
const withSources = (sources: unknown) => ({ resourceName: 'people/a', metadata: { sources } });
const kindOf = (...answers: object[]) =>
  readNameAnswers(
    { responses: answers.map((answer) => ({ requestedResourceName: 'people/a', ...answer })) },
    ['people/a'],
  ).get('people/a')?.kind;

describe('A contact that Google was asked for is alive', () => {
  it('where a person with a CONTACT source comes back, whatever its name', () => {
    const person = { ...contact, resourceName: 'people/b' };
    const answers = readNameAnswers({ responses: [{ requestedResourceName: 'people/a', person }] }, [
      'people/a',
    ]);
    expect([...answers]).toEqual([['people/a', { kind: 'alive', person }]]);
  });

  it.each([
    ['a status that says nothing', { status: {} }],
    ['the status OK', { status: { code: 0 } }],
    ['HTTP 200', { httpStatusCode: 200 }],
  ])('also with %s', (_, more) => {
    expect(kindOf({ person: contact, ...more })).toBe('alive');
  });

  it('also where it has other sources beside', () => {
    expect(kindOf({ person: withSources([{ type: 'PROFILE' }, { type: 'CONTACT' }]) })).toBe('alive');
  });
});

describe('It is gone', () => {
  it.each([
    ['where Google does not find it', { status: { code: 5 } }],
    ['where Google does not find it, as older answers say that', { httpStatusCode: 404 }],
    ['where a person without a CONTACT source comes back', { person: withSources([{ type: 'PROFILE' }]) }],
    ['where a person without any source comes back', { person: withSources([]) }],
  ])('%s', (_, answer) => {
    expect(kindOf(answer)).toBe('gone');
  });
});

describe('Nothing is known of it', () => {
  it.each([
    ['another status', { status: { code: 13 } }],
    ['another status beside HTTP 404', { status: { code: 7 }, httpStatusCode: 404 }],
    ['HTTP 403', { httpStatusCode: 403 }],
    ['neither person nor status', {}],
    ['a person and NOT_FOUND', { person: contact, status: { code: 5 } }],
    ['a person without metadata', { person: { resourceName: 'people/a' } }],
    ['a person without sources', { person: { metadata: {} } }],
    ['sources that are no list', { person: withSources('CONTACT') }],
    ['a source of no type', { person: withSources([{}]) }],
    ['a person that is none', { person: 'people/a' }],
    ['a person that is deleted', { person: { metadata: { deleted: true, sources: [] } } }],
  ])('where %s comes', (_, answer) => {
    expect(kindOf(answer)).toBe('unknown');
  });

  it('where no answer comes, or one for another name', () => {
    expect(kindOf()).toBe('unknown');
    expect(readNameAnswers({}, ['people/a']).get('people/a')).toEqual({ kind: 'unknown' });
    const other = { responses: [{ requestedResourceName: 'people/b', status: { code: 5 } }, null, 7] };
    expect([...readNameAnswers(other, ['people/a'])]).toEqual([['people/a', { kind: 'unknown' }]]);
  });
});

describe('Several answers for one name', () => {
  it('say that it is alive where one does', () => {
    expect(kindOf({ status: { code: 5 } }, { person: contact })).toBe('alive');
  });

  it('say that it is gone only where all do', () => {
    expect(kindOf({ status: { code: 5 } }, { httpStatusCode: 404 })).toBe('gone');
    expect(kindOf({ status: { code: 5 } }, { status: { code: 13 } })).toBe('unknown');
  });
});

it.each([null, 'text', [], { responses: {} }])('%p is no answer at all', (data) => {
  expect(() => readNameAnswers(data, ['people/a'])).toThrow(GoogleUnavailable);
});
