import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { PersonNotUnderstood, readPerson, type SeenPerson } from '#contact';
import { CodedError } from '#platform';

import { decideSightings, type Sightings } from '../../snapshots/decide-sightings.js';
import { decisionContext } from '../../snapshots/hashes.js';
import { PageDirectory } from '../../snapshots/page-directory.js';
import { type QuarantineEntry } from '../quarantine-entry.entity.js';

/**
 * Takes the stored payload of an entry the same way as a person of a page, up to what it means. Nothing is stored.
 *
 * @throws CodedError still-not-understood
 */
export async function decideReplay(em: SqlEntityManager, entry: QuarantineEntry): Promise<Sightings> {
  const person = understood(entry);
  const directory = await PageDirectory.read(em, entry.accountId, [person], null);
  const context = decisionContext({ id: entry.runId, accountId: entry.accountId }, directory.readAt);
  return decideSightings(em, [person], context, directory);
}

function understood(entry: QuarantineEntry): SeenPerson {
  let person;
  try {
    person = readPerson(entry.payload);
  } catch (error) {
    if (!(error instanceof PersonNotUnderstood)) throw error;
    throw new CodedError('still-not-understood', `${error.message}. The entry stays open.`);
  }
  if (person.kind === 'seen') return person;
  throw new CodedError('still-not-understood', 'The payload tells of a deletion; the next sync applies it.');
}
