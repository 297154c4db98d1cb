import { type Account } from '../storage/account-store.js';
import { type PersonDraft, type PersonVersion } from '../storage/person-store.js';
import { type PersonItems } from './person-fields.js';
import { resourceNameAt } from './resource-name.js';

/** A new person, with the seed's fields unless others are given. */
export function draftCreated(
  account: Account,
  position: number,
  items?: PersonItems,
  resourceName?: string,
): PersonDraft {
  return {
    position,
    state: 'live',
    resourceName: resourceName ?? resourceNameAt(account.seed, position),
    previousNames: [],
    body: items === undefined ? null : JSON.stringify(items),
  };
}

export function draftEdited(person: PersonVersion, items: PersonItems): PersonDraft {
  return { ...draftOf(person), body: JSON.stringify(items) };
}

/** Only the etag and the update time change, as happens at Google without a visible change. */
export function draftTouched(person: PersonVersion): PersonDraft {
  return draftOf(person);
}

/** The fields are kept, so that the person can be restored. */
export function draftDeleted(person: PersonVersion, tombstone = true): PersonDraft {
  return { ...draftOf(person), state: tombstone ? 'deleted' : 'vanished' };
}

export function draftRestored(person: PersonVersion): PersonDraft {
  return { ...draftOf(person), state: 'live' };
}

/** Another resource name; the old one joins the previous ones. */
export function draftRenamed(
  person: PersonVersion,
  resourceName: string,
  alsoPrevious: readonly string[] = [],
): PersonDraft {
  const previousNames = [...new Set([...person.previousNames, person.resourceName, ...alsoPrevious])];
  return {
    ...draftOf(person),
    resourceName,
    previousNames: previousNames.filter((name) => name !== resourceName),
  };
}

function draftOf({ position, state, resourceName, previousNames, body }: PersonVersion): PersonDraft {
  return { position, state, resourceName, previousNames, body };
}

/** The survivor of a merge: it keeps its name and answers to the other's names as well. */
export function draftSurvivor(
  survivor: PersonVersion,
  other: PersonVersion,
  items: PersonItems,
): PersonDraft {
  const names = [...survivor.previousNames, ...other.previousNames, other.resourceName];
  const previousNames = [...new Set(names)].filter((name) => name !== survivor.resourceName);
  return { ...draftOf(survivor), previousNames, body: JSON.stringify(items) };
}
