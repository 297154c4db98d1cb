import {
  type ContactDetails,
  type ContactSnapshot,
  type DecisionContext,
  type Person,
  readPerson,
  type SeenPerson,
} from '../index.js';

// Builders for the specs beside the domain; this file holds no spec itself.

export const ACCOUNT = 'account';

/** The text itself: what differs before a digest differs after it. */
export const digest = (text: string): string => text;

export function contextAt(second: number): DecisionContext {
  const now = new Date(Date.UTC(2025, 0, 1, 0, 0, second)).toISOString();
  return { accountId: ACCOUNT, runId: `run-${second}`, now, digest };
}

export interface Raw {
  readonly resourceName?: unknown;
  readonly metadata?: unknown;
  readonly [field: string]: unknown;
}

/** What ties a person to a contact, in short. */
export interface Ties {
  readonly previous?: readonly string[];
  readonly sources?: readonly string[];
}

/** A person as Google sends it. */
export function raw(name: string, { previous = [], sources = [] }: Ties = {}, fields: object = {}): Raw {
  return {
    resourceName: `people/${name}`,
    etag: `%${name}`,
    metadata: {
      objectType: 'PERSON',
      ...(sources.length > 0 && { sources: sources.map((id) => ({ type: 'CONTACT', id })) }),
      ...(previous.length > 0 && { previousResourceNames: previous.map((former) => `people/${former}`) }),
    },
    ...fields,
  };
}

export function seen(person: Person): SeenPerson {
  if (person.kind !== 'seen') throw new Error('The person is deleted');
  return person;
}

export function person(name: string, ties: Ties = {}, fields: object = {}): SeenPerson {
  return seen(readPerson(raw(name, ties, fields)));
}

/** The details of a person with these fields. */
export function details(fields: object): ContactDetails {
  return person('a', {}, fields).details;
}

export interface HeadIs {
  readonly sources?: readonly string[];
  readonly former?: readonly string[];
  readonly deleted?: boolean;
  /** Second of its first event. */
  readonly since?: number;
}

/** A contact called `id` that goes by `people/name`. */
export function snapshot(id: string, name: string, is: HeadIs = {}): ContactSnapshot {
  return {
    contactId: id,
    accountId: ACCOUNT,
    resourceName: `people/${name}`,
    version: 1,
    deleted: is.deleted ?? false,
    sourceIds: is.sources ?? [],
    formerNames: (is.former ?? []).map((former) => `people/${former}`),
    fingerprint: '',
    lastEventAt: contextAt(is.since ?? 0).now,
    createdAt: contextAt(is.since ?? 0).now,
  };
}
