import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { decidePage, type DecisionContext, identify, type PageDecision, type SeenPerson } from '#contact';
import { boundChanges } from '#platform';

import { headsToWrite, keysToWrite, redirectKeys } from './contact-heads.js';
import { PageDirectory, type PageList } from './page-directory.js';

/**
 * Tells which contacts persons are, decides what that means, and stores the heads and keys that follow; the events
 * are the caller's to append, as the last statement of its transaction.
 *
 * @param tx of a transaction under the account's lease
 * @param list that the persons are a page of; null for a person that is replayed by itself
 */
export async function applySightings(
  tx: SqlEntityManager,
  persons: readonly SeenPerson[],
  context: DecisionContext,
  list: PageList | null,
): Promise<PageDecision> {
  const directory = await PageDirectory.read(tx, context.accountId, persons, list);
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
  await boundChanges(tx, [
    ...headsToWrite(decision.heads),
    ...keysToWrite(context.accountId, directory.missingKeys(identified)),
  ]);
  return decision;
}
