import { type ContactDetails } from './contact.js';
import { readDetails } from './contact-details.js';
import { JsonObject } from './json-reader.js';
import { type PersonNotUnderstood } from './person-not-understood.js';

/** As Google documents it: people/{person_id}. */
export const RESOURCE_NAME = /^people\/\S+$/;

/** What ties a person in Google's answer to a contact of ours. */
export interface PersonIdentity {
  readonly resourceName: string;
  /** Earlier names; Google lists them only in answers to a sync token. */
  readonly previousResourceNames: readonly string[];
  /** Ids of the person's CONTACT sources: they outlive a change of the resource name. */
  readonly sourceIds: readonly string[];
}

/** Names and source ids are keys of one kind, by which a contact is found; a source id cannot be taken for a name. */
export function sourceKey(sourceId: string): string {
  return `source:${sourceId}`;
}

/** Everything that a person shows of who it is. */
export function keysOf(person: PersonIdentity): string[] {
  return [person.resourceName, ...person.previousResourceNames, ...person.sourceIds.map(sourceKey)];
}

/** A person that Google showed with its details. */
export interface SeenPerson extends PersonIdentity {
  readonly kind: 'seen';
  readonly details: ContactDetails;
  /** When its CONTACT source was last changed, ISO 8601; null where Google does not say. */
  readonly googleUpdatedAt: string | null;
}

/** A person that Google says was deleted (`metadata.deleted`, in answers to a sync token only). */
export interface DeletedPerson extends PersonIdentity {
  readonly kind: 'deleted';
}

export type Person = SeenPerson | DeletedPerson;

/** Who a person is, read before anybody knows whether the rest of it has to be. */
export type IdentifiedAs = DeletedPerson | (PersonIdentity & { readonly kind: 'seen' });

/**
 * Reads one element of `connections`.
 *
 * @param raw parsed JSON, of any shape
 * @throws PersonNotUnderstood where a member that is read has another type than the People API documents
 */
export function readPerson(raw: unknown): Person {
  const { kind, ...identity } = readIdentity(raw);
  return kind === 'deleted' ? { kind, ...identity } : readSeenPerson(raw, identity);
}

/**
 * The rest of a person whose identity was read already ({@link readIdentity}).
 *
 * @throws PersonNotUnderstood as {@link readPerson} does
 */
export function readSeenPerson(raw: unknown, identity: PersonIdentity): SeenPerson {
  return { kind: 'seen', ...identity, ...readContents(JsonObject.of(raw)) };
}

/** What a person says, and where it is not as the People API documents. */
export interface PersonAsFarAsUnderstood {
  /** Without what is wrong. */
  readonly details: ContactDetails;
  /** Each place once; none: the person is understood. */
  readonly problems: readonly PersonNotUnderstood[];
}

/** Reads a person by the same rules as {@link readPerson}, and goes on behind what is wrong. */
export function readAsFarAsUnderstood(raw: unknown): PersonAsFarAsUnderstood {
  const problems = new Map<string, PersonNotUnderstood>();
  const person = JsonObject.of(raw, (problem) => {
    if (!problems.has(problem.path)) problems.set(problem.path, problem);
  });
  readTies(person);
  const { details } = readContents(person);
  return { details, problems: [...problems.values()] };
}

function readContents(person: JsonObject): Pick<SeenPerson, 'details' | 'googleUpdatedAt'> {
  return {
    details: readDetails(person),
    googleUpdatedAt: latest(contactSources(person).map((source) => instant(source.text('updateTime')))),
  };
}

/** As {@link readPerson}, without the details. */
export function readIdentity(raw: unknown): IdentifiedAs {
  return readTies(JsonObject.of(raw));
}

function readTies(person: JsonObject): IdentifiedAs {
  // One that is missing is a problem, behind which nobody asks for it.
  const resourceName = person.needed('resourceName', RESOURCE_NAME, 'a name such as people/c123') ?? '';
  const metadata = person.object('metadata');
  const sourceIds = contactSources(person).map((source) => source.text('id'));
  return {
    kind: metadata?.flag('deleted') === true ? 'deleted' : 'seen',
    resourceName,
    previousResourceNames: distinct(metadata?.texts('previousResourceNames') ?? []).filter(
      (name) => name !== resourceName,
    ),
    sourceIds: distinct(sourceIds.filter((id) => id !== null)),
  };
}

function contactSources(person: JsonObject): JsonObject[] {
  const sources = person.object('metadata')?.objects('sources') ?? [];
  return sources.filter((source) => source.text('type') === 'CONTACT');
}

/** RFC 3339, as Google writes a time; what else Date.parse would read, it reads in the zone of this machine. */
const TIMESTAMP = /^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function instant(text: string | null): string | null {
  if (text === null || !TIMESTAMP.test(text)) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

function latest(times: readonly (string | null)[]): string | null {
  return times.reduce((last, time) => (last === null || (time !== null && time > last) ? time : last), null);
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
