import { type FaultOf } from '../faults/fault-schema.js';
import { presentPerson } from '../persons/present-person.js';
import { type Account } from '../storage/account-store.js';
import { type PersonStore } from '../storage/person-store.js';
import { personFields, sourcesOf } from './connection-parameters.js';
import { ownerAs } from './get-me.js';
import { invalidArgument } from './google-error.js';
import { refuseUnknownParameters } from './query-parameters.js';

/** As the discovery document says. */
const MOST_NAMES = 200;

/** What one name is answered with: a person, or a status. */
interface PersonResponse {
  readonly requestedResourceName: string;
  readonly httpStatusCode: number;
  readonly status: object;
  readonly person?: unknown;
}

export interface BatchGetParameters {
  readonly names: readonly string[];
  readonly fields: ReturnType<typeof personFields>;
  readonly sources: readonly string[];
}

/** Reads the query as Google does: anything unknown, no name, or more than 200 of them is a 400 INVALID_ARGUMENT. */
export function batchGetParameters(query: URLSearchParams): BatchGetParameters {
  refuseUnknownParameters(query, ['resourceNames', 'personFields', 'sources']);
  const names = query.getAll('resourceNames');
  if (names.length === 0) throw invalidArgument('Must specify at least one resource name.');
  if (names.length > MOST_NAMES)
    throw invalidArgument(`Must specify at most ${MOST_NAMES} resource names, ${names.length} were given.`);
  const wrong = names.find((name) => !/^people\/[^/]+$/.test(name));
  if (wrong !== undefined)
    throw invalidArgument(`Resource name "${wrong}" is not valid: must be people/{id}.`);
  return { names, fields: personFields(query), sources: sourcesOf(query) };
}

/** `GET /v1/people:batchGet`: each name has an answer of its own, found or not. */
export function batchGet(
  account: Account,
  { names, fields, sources }: BatchGetParameters,
  persons: PersonStore,
  shuffleSeed: number,
): PersonResponse[] {
  const withProfile = sources.includes('READ_SOURCE_TYPE_PROFILE');
  const how = { fields, withProfile, incremental: false, shuffleSeed };
  return names.map((requestedResourceName) => {
    const owner = withProfile ? ownerAs(account, requestedResourceName, fields) : undefined;
    const version = sources.includes('READ_SOURCE_TYPE_CONTACT')
      ? persons.answering(account, requestedResourceName)
      : undefined;
    const person = owner ?? (version && presentPerson(account, version, how));
    return person === undefined
      ? {
          requestedResourceName,
          httpStatusCode: 404,
          status: { code: 5, message: 'Requested entity was not found.' },
        }
      : { requestedResourceName, httpStatusCode: 200, status: {}, person };
  });
}

/** The answers as a fault leaves them. */
export function distortAnswers(
  answers: readonly PersonResponse[],
  faults: readonly FaultOf<'replace-answer'>[],
): unknown[] {
  return faults.reduce<unknown[]>(
    (distorted, { resourceNames, every, answer }) =>
      distorted.flatMap((one, index): unknown[] => {
        const { requestedResourceName } = one as PersonResponse;
        const isMeant = resourceNames?.includes(requestedResourceName) ?? index % every === 0;
        if (!isMeant) return [one];
        return answer === null ? [] : [{ requestedResourceName, ...answer }];
      }),
    [...answers],
  );
}
