import { GoogleUnavailable } from './google-errors.js';
import { member } from './json-member.js';
import { type NameAnswer } from './people-source.js';

/** google.rpc.Code NOT_FOUND. */
const NOT_FOUND = 5;

/**
 * Reads an answer of people:batchGet: https://developers.google.com/people/api/rest/v1/people/getBatchGet
 *
 * Only two answers mean that a person is gone from the address book: NOT_FOUND, and a person with sources none of which
 * is a CONTACT, as the profile of someone who was a contact once. Whatever else came, or did not come, says nothing.
 *
 * @param data of any shape
 * @param names that were asked for
 * @throws GoogleUnavailable when it is no such answer at all
 */
export function readNameAnswers(data: unknown, names: readonly string[]): Map<string, NameAnswer> {
  const responses = member(data, 'responses') ?? [];
  if (typeof data !== 'object' || data === null || Array.isArray(data) || !Array.isArray(responses)) {
    throw new GoogleUnavailable('Google answered with something that is no list of answers');
  }
  const given = new Map<unknown, NameAnswer[]>();
  for (const response of responses as unknown[]) {
    const name = member(response, 'requestedResourceName');
    given.set(name, [...(given.get(name) ?? []), readAnswer(response)]);
  }
  return new Map(names.map((name) => [name, together(given.get(name) ?? [])]));
}

/** What several answers for one name come to: nobody is gone while one of them says otherwise. */
function together(answers: readonly NameAnswer[]): NameAnswer {
  const alive = answers.find(({ kind }) => kind === 'alive');
  if (alive !== undefined) return alive;
  const isGone = answers.length > 0 && answers.every(({ kind }) => kind === 'gone');
  return { kind: isGone ? 'gone' : 'unknown' };
}

function readAnswer(response: unknown): NameAnswer {
  const person = member(response, 'person') ?? null;
  const code = member(member(response, 'status'), 'code') ?? 0;
  const httpCode = member(response, 'httpStatusCode') ?? 0;
  if (person === null) {
    const isMissing = code === NOT_FOUND || (code === 0 && httpCode === 404);
    return { kind: isMissing ? 'gone' : 'unknown' };
  }
  if (code !== 0) return { kind: 'unknown' };
  const metadata = member(person, 'metadata');
  const sources = member(metadata, 'sources');
  if (!Array.isArray(sources) || member(metadata, 'deleted') === true) return { kind: 'unknown' };
  const types = sources.map((source) => member(source, 'type'));
  if (types.includes('CONTACT')) return { kind: 'alive', person };
  return { kind: types.every((type) => typeof type === 'string') ? 'gone' : 'unknown' };
}
