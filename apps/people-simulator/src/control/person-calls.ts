import { z } from 'zod';
import { completeItems } from '../persons/complete-items.js';
import {
  draftCreated,
  draftDeleted,
  draftEdited,
  draftRestored,
  draftTouched,
} from '../persons/person-drafts.js';
import { identityAt } from '../persons/identity.js';
import { PERSON_FIELDS, type PersonItems } from '../persons/person-fields.js';
import { itemsOf, presentPerson, WHOLE } from '../persons/present-person.js';
import { sourceIdAt } from '../persons/resource-name.js';
import { type Account } from '../storage/account-store.js';
import { type PersonDraft, type PersonVersion } from '../storage/person-store.js';
import {
  accountOf,
  bodyOf,
  type ControlAnswer,
  type ControlCall,
  ControlError,
  queryOf,
} from './control-call.js';

const pageSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100_000).default(100),
  offset: z.coerce.number().int().min(0).default(0),
});

export const resourceNameSchema = z
  .string()
  .regex(/^people\/[A-Za-z0-9_-]{1,64}$/, 'a resource name is people/ and letters or digits');

const fieldsSchema = z.partialRecord(z.enum(PERSON_FIELDS), z.unknown());
const personSchema = z.preprocess(
  splitName,
  z.strictObject({ resourceName: resourceNameSchema.optional(), fields: fieldsSchema }),
);
const countSchema = z.strictObject({ count: z.int().min(1).max(100_000) });

/** `GET /control/persons?limit&offset`: the truth, whole and in a stable order. */
export function listPersons(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  const { limit, offset } = queryOf(call, pageSchema);
  const items = call.parts.persons.page(account, offset, limit).map((version) => view(account, version));
  return { body: { items, total: account.live } };
}

/** `GET /control/persons/{id}` */
export function getPerson(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  return { body: view(account, personNamed(call, account, call.name)) };
}

/** `POST /control/persons`: a person, an array of persons, or `{count}` generated ones. */
export function createPersons(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  const asked = bodyOf(call, z.unknown());
  if (typeof asked === 'object' && asked !== null && 'count' in asked) {
    const { count } = bodyOf(call, countSchema);
    const first = call.parts.persons.reserve(account, count);
    const drafts = Array.from({ length: count }, (_, at) => draftCreated(account, first + at));
    return {
      status: 201,
      body: { resourceNames: store(call, account, drafts).map((one) => one.resourceName) },
    };
  }
  const many = Array.isArray(asked);
  const given = many ? bodyOf(call, z.array(personSchema)) : [bodyOf(call, personSchema)];
  const taken = new Set<string>();
  for (const { resourceName } of given) {
    if (resourceName === undefined) continue;
    requireFreeName(call, account, resourceName, taken);
    taken.add(resourceName);
  }
  const first = call.parts.persons.reserve(account, given.length);
  const drafts = given.map(({ resourceName, fields }, at) => {
    const items = completeItems(fields, sourceIdAt(account.seed, first + at));
    return draftCreated(account, first + at, items, resourceName);
  });
  const made = store(call, account, drafts);
  if (many) return { status: 201, body: { resourceNames: made.map(({ resourceName }) => resourceName) } };
  return { status: 201, body: made[0] && view(account, made[0]) };
}

/**
 * `PATCH /control/persons/{id}`: replaces the given fields, null removes one; `{}` changes the etag and the
 * update time only.
 */
export function patchPerson(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  const person = livePerson(call, account, call.name);
  const { fields } = bodyOf(call, personSchema);
  if (Object.keys(fields).length === 0) return changed(call, account, draftTouched(person));
  const before = itemsOf(identityAt(account.seed, person.position), person, PERSON_FIELDS);
  const after = { ...before, ...completeItems(fields, sourceIdAt(account.seed, person.position)) };
  const kept = Object.fromEntries(Object.entries(after).filter(([, list]) => list !== null)) as PersonItems;
  return changed(call, account, draftEdited(person, kept));
}

/** `DELETE /control/persons/{id}` */
export function deletePerson(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  store(call, account, [draftDeleted(livePerson(call, account, call.name))]);
  return { status: 204 };
}

/** `POST /control/persons/{id}/restore`: the deleted person as it was, under the same name and source id. */
export function restorePerson(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  const person = personNamed(call, account, call.name);
  if (person.state === 'live') throw new ControlError(409, `people/${call.name} is not deleted.`);
  return changed(call, account, draftRestored(person));
}

/** The live person with this id; 404 when there is none. */
export function livePerson(call: ControlCall, account: Account, id: string): PersonVersion {
  const person = personNamed(call, account, id);
  if (person.state !== 'live') throw new ControlError(404, `people/${id} is deleted.`);
  return person;
}

export function requireFreeName(
  { parts }: ControlCall,
  account: Account,
  resourceName: string,
  taken: ReadonlySet<string> = new Set(),
): void {
  const holder = parts.persons.find(account, resourceName);
  if (holder?.state === 'live' || taken.has(resourceName)) {
    throw new ControlError(409, `${resourceName} is the name of another person.`);
  }
}

/** Stores one change and answers with the person as it is now. */
function changed(call: ControlCall, account: Account, draft: PersonDraft): ControlAnswer {
  const [version] = store(call, account, [draft]);
  return { body: version && view(account, version) };
}

export function store({ parts, now }: ControlCall, account: Account, drafts: PersonDraft[]): PersonVersion[] {
  return parts.persons.append(account, drafts, now);
}

export function view(account: Account, version: PersonVersion): Record<string, unknown> {
  return presentPerson(account, version, WHOLE);
}

function personNamed({ parts }: ControlCall, account: Account, id: string): PersonVersion {
  const person = parts.persons.find(account, `people/${id}`);
  if (person === undefined)
    throw new ControlError(404, `There is no person people/${id} in account "${account.name}".`);
  return person;
}

/** A person as it is written: `resourceName` beside the fields, and an etag that is ignored. */
function splitName(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { resourceName, etag: _ignored, ...fields } = value as Record<string, unknown>;
  return { ...(resourceName !== undefined && { resourceName }), fields };
}
