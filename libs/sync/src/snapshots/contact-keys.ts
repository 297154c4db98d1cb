import { type PersonIdentity } from '#contact';

/** Names and source ids share one table of keys; a source id cannot be taken for a name. */
export function sourceKey(sourceId: string): string {
  return `source:${sourceId}`;
}

/** Everything that a person shows of who it is. */
export function keysOf(person: PersonIdentity): string[] {
  return [person.resourceName, ...person.previousResourceNames, ...person.sourceIds.map(sourceKey)];
}
