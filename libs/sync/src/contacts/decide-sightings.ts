import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { decidePage, type DecisionContext, identify, type PageDecision, type SeenPerson } from '#contact';
import { type Change } from '#platform';

import { headsToWrite, keysToWrite, redirectKeys } from './contact-heads.js';
import { type PageDirectory } from './page-directory.js';

/** What persons of a page mean, and how their heads and keys are to be written. */
export interface Sightings {
  readonly decision: PageDecision;
  readonly changes: readonly Change[];
}

/**
 * Tells which contacts persons are, and decides what that means. The caller makes the changes, among those of its own,
 * and appends the events, as the last statement of its transaction.
 *
 * @param tx of a transaction under the account's lease
 * @param directory of these persons, read by whoever holds the lease: nobody else changes what it says
 * @param rawHashes of the persons as they came, by name
 */
export async function decideSightings(
  tx: SqlEntityManager,
  persons: readonly SeenPerson[],
  context: DecisionContext,
  directory: PageDirectory,
  rawHashes: ReadonlyMap<string, string> = new Map(),
): Promise<Sightings> {
  const identifications = identify(persons, directory);
  const newIds = await directory.newContactIds(
    tx,
    persons
      .filter((_, index) => identifications[index]?.contact == null)
      .map((person) => person.resourceName),
  );
  const identified = persons.map((person, index) => {
    const identification = identifications[index] ?? { contact: null, merged: [] };
    const contactId = identification.contact?.contactId ?? newIds.get(person.resourceName) ?? '';
    return { person, identification, contactId };
  });
  const decision = decidePage(identified, context);
  for (const [from, to] of decision.merges) await redirectKeys(tx, from, to);
  const hashes = new Map(
    identified.flatMap(({ person, contactId }) => {
      const hash = rawHashes.get(person.resourceName);
      return hash === undefined ? [] : [[contactId, hash] as const];
    }),
  );
  return {
    decision,
    changes: [
      ...headsToWrite(decision.heads, hashes),
      ...keysToWrite(context.accountId, directory.missingKeys(identified)),
    ],
  };
}
