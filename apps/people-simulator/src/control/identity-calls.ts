import { z } from 'zod';
import { mergedItems } from '../persons/merged-items.js';
import { identityAt } from '../persons/identity.js';
import { PERSON_FIELDS } from '../persons/person-fields.js';
import { draftCreated, draftDeleted, draftRenamed, draftSurvivor } from '../persons/person-drafts.js';
import { itemsOf } from '../persons/present-person.js';
import { resourceNameAt } from '../persons/resource-name.js';
import { type Account } from '../storage/account-store.js';
import { type PersonDraft } from '../storage/person-store.js';
import { accountOf, bodyOf, type ControlAnswer, type ControlCall, ControlError } from './control-call.js';
import { livePerson, requireFreeName, resourceNameSchema, store, view } from './person-calls.js';

const id = z.string().transform((text) => text.replace(/^people\//, ''));
const renameSchema = z.strictObject({
  newResourceName: resourceNameSchema.optional(),
  tombstone: z.boolean().default(false),
});
const mergeSchema = z.strictObject({ into: id, tombstone: z.boolean().default(false) });
const swapSchema = z.strictObject({ a: id, b: id });

/**
 * `POST /control/persons/{id}/rename`: another resource name with the same CONTACT source id, as when a
 * verified address is added. With `tombstone` the old name is reported deleted as well.
 */
export function renamePerson(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  const person = livePerson(call, account, call.name);
  const { newResourceName, tombstone } = bodyOf(call, renameSchema);
  if (newResourceName !== undefined) requireFreeName(call, account, newResourceName);
  const fresh = newResourceName ?? resourceNameAt(account.seed, call.parts.persons.reserve(account, 1));
  const drafts = [draftRenamed(person, fresh)];
  if (tombstone) drafts.unshift(tombstoneFor(call, account, person.resourceName));
  const renamed = store(call, account, drafts).at(-1);
  return { body: renamed && view(account, renamed) };
}

/**
 * `POST /control/persons/{id}/merge`: this person goes into another one, which keeps its name and lists the
 * names of this one as previous. With `tombstone` this one is reported deleted, without it just disappears.
 */
export function mergePerson(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  const { into, tombstone } = bodyOf(call, mergeSchema);
  const other = livePerson(call, account, call.name);
  const survivor = livePerson(call, account, into);
  if (other.position === survivor.position)
    throw new ControlError(400, 'A person cannot be merged into itself.');
  const [ours, theirs] = [survivor, other].map((one) =>
    itemsOf(identityAt(account.seed, one.position), one, PERSON_FIELDS),
  );
  const items = mergedItems(ours ?? {}, theirs ?? {});
  const drafts = [draftDeleted(other, tombstone), draftSurvivor(survivor, other, items)];
  const merged = store(call, account, drafts).at(-1);
  return { body: merged && view(account, merged) };
}

/** `POST /control/persons/swap-names`: two persons take each other's resource name in one step. */
export function swapNames(call: ControlCall): ControlAnswer {
  const account = accountOf(call);
  const { a, b } = bodyOf(call, swapSchema);
  const [first, second] = [livePerson(call, account, a), livePerson(call, account, b)];
  if (first.position === second.position) throw new ControlError(400, 'a and b are the same person.');
  const drafts = [draftRenamed(first, second.resourceName), draftRenamed(second, first.resourceName)];
  return { body: { items: store(call, account, drafts).map((version) => view(account, version)) } };
}

function tombstoneFor({ parts }: ControlCall, account: Account, resourceName: string): PersonDraft {
  const empty = draftCreated(account, parts.persons.reserve(account, 1), {}, resourceName);
  return { ...empty, state: 'deleted' };
}
