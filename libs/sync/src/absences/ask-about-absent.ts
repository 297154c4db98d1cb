import { noticesOf } from '#event-store';
import { type NameAnswer, type PeopleSource } from '#google-people';
import { changeUnderLease } from '#platform';
import { type Logger } from 'pino';

import { type AbsentContact, absentContacts } from '../deletions/absent-contacts.sql.js';
import { removeSeenAgain } from '../deletions/held-deletions.sql.js';
import { type ListDescription, type ReadPage, type ShownPerson } from '../pages/list-description.js';
import { pageToStore } from '../pages/store-page.sql.js';
import { type QuarantinedPerson } from '../quarantine/quarantined-person.js';
import { type RunContext } from '../runs/run-context.js';
import { type AnswersShown, contactsShown } from '../runs/run-tally.js';
import { tallyToStore } from '../runs/store-tally.sql.js';
import { type Activity } from '../runs/run-activity.js';
import { contactsSaidGone } from './contacts-said-gone.sql.js';
import { lookUpNames } from './look-up-names.js';

/** Who is asked, and what is asked for. */
export interface Asking {
  readonly source: Pick<PeopleSource, 'lookUp'>;
  readonly description: ListDescription;
  readonly activity: Activity;
  readonly log: Logger;
}

/**
 * Asks Google about each contact that a full sync did not show, because a list may leave out who is there
 * (docs/adr/0008-full-sync-is-mark-and-sweep.md). The answers of a call are decided on as one page, and stored with what
 * they change in one statement, so that a run that goes on after a crash asks only for the rest.
 *
 * @returns ids of those that are gone
 * @throws LeaseLost, the signal's reason between two calls
 */
export async function askAboutAbsent(
  context: RunContext,
  { source, description, activity, log }: Asking,
  signal: AbortSignal,
): Promise<string[]> {
  const { run, tally } = context;
  let { gone, others } = await absentByAnswer(context);
  const asked = Map.groupBy(others, ({ resourceName }) => resourceName);
  for await (const answers of lookUpNames(source, [...asked.keys()], log, signal, activity)) {
    await storeAnswers(context, description, answers, asked);
  }
  if (asked.size > 0) ({ gone, others } = await absentByAnswer(context));
  run.absences = tally.absences(idsOf(others));
  return idsOf(gone);
}

/** The absent contacts that Google has said are gone, and those that it has said nothing of. */
async function absentByAnswer({
  em,
  run,
  list,
}: RunContext): Promise<{ gone: AbsentContact[]; others: AbsentContact[] }> {
  const absent = await absentContacts(em, run, list);
  if (absent.length === 0) return { gone: [], others: [] };
  const said = await contactsSaidGone(em, run.id, list.epoch);
  return {
    gone: absent.filter(({ contactId }) => said.has(contactId)),
    others: absent.filter(({ contactId }) => !said.has(contactId)),
  };
}

function idsOf(contacts: readonly AbsentContact[]): string[] {
  return contacts.map(({ contactId }) => contactId);
}

async function storeAnswers(
  context: RunContext,
  description: ListDescription,
  answers: ReadonlyMap<string, NameAnswer>,
  asked: ReadonlyMap<string, readonly AbsentContact[]>,
): Promise<void> {
  const { em, lease, run, list, tally } = context;
  const { page, answered } = await readAnswers(description, answers, asked);
  if (answered.alive.length + answered.gone.length === 0) return;
  const { shown, appended, changes, ...decided } = await description.decide(context, page);
  tally.addAnswers(shown, answered);
  tally.addDeletions('merged', decided.merged);
  run.statistics = tally.statistics();
  run.absences = tally.absences([]);
  await changeUnderLease(
    em,
    lease,
    [
      ...appended,
      tallyToStore(run, appended),
      pageToStore(run, list.epoch, null, shown, decided.previousNames, { answered }),
      removeSeenAgain(run.accountId, [...contactsShown(shown), ...answered.alive], decided.quarantined),
      ...changes,
    ],
    noticesOf(appended),
  );
}

/** The answers of a call as a page. A person under another name than the asked one has borne that before. */
async function readAnswers(
  description: ListDescription,
  answers: ReadonlyMap<string, NameAnswer>,
  asked: ReadonlyMap<string, readonly AbsentContact[]>,
): Promise<{ page: ReadPage; answered: AnswersShown }> {
  const shown = new Map<string, ShownPerson>();
  const quarantined = new Map<string, QuarantinedPerson>();
  const askedAbout = new Map<string, string[]>();
  const answered = { alive: [] as string[], gone: [] as string[] };
  for (const [name, answer] of answers) {
    const ids = idsOf(asked.get(name) ?? []);
    if (answer.kind === 'gone') answered.gone.push(...ids);
    if (answer.kind !== 'alive') continue;
    answered.alive.push(...ids);
    const read = await description.read([answer.person]);
    for (const person of read.shown) {
      const { resourceName, previousResourceNames } = shown.get(person.resourceName) ?? person;
      const names = resourceName === name ? [] : [name];
      shown.set(resourceName, {
        ...person,
        previousResourceNames: [...new Set([...previousResourceNames, ...names])],
      });
      askedAbout.set(resourceName, [...(askedAbout.get(resourceName) ?? []), ...ids]);
    }
    // Whoever it is, it is the one that was asked for.
    for (const person of read.quarantined) {
      const resourceName = person.resourceName ?? name;
      quarantined.set(resourceName, { ...person, key: resourceName, resourceName });
    }
  }
  return {
    page: {
      shown: [...shown.values()],
      deleted: [],
      quarantined: [...quarantined.values()],
      askedAbout,
    },
    answered,
  };
}
