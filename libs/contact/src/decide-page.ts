import { type ContactEvent, type ContactChange } from './contact-event.js';
import { type ContactHead } from './contact-head.js';
import { decide, type DecisionContext, evolve } from './decide.js';
import { type Identification } from './identify.js';
import { type SeenPerson } from './person.js';

export type SightOutcome = ContactChange | 'unchanged';

/** A person of a page and the contact that it is. */
export interface IdentifiedPerson {
  readonly person: SeenPerson;
  readonly identification: Identification;
  /** Of the contact that it is, or is to become. */
  readonly contactId: string;
}

/** What a page of persons means. */
export interface PageDecision {
  /** In the order of the page; a merged contact's deletion follows the sight that showed it. */
  readonly events: readonly ContactEvent[];
  /** Heads that are not as they were, each once. */
  readonly heads: readonly ContactHead[];
  /** What became of each contact that the page showed. */
  readonly outcomes: ReadonlyMap<string, SightOutcome>;
  /** From a merged contact's id to its survivor's. */
  readonly merges: ReadonlyMap<string, string>;
}

/** Decides on every person of a page. */
export function decidePage(persons: readonly IdentifiedPerson[], context: DecisionContext): PageDecision {
  const events: ContactEvent[] = [];
  const changed = new Map<string, ContactHead>();
  const outcomes = new Map<string, SightOutcome>();
  const merges = new Map<string, string>();

  const apply = <Head extends ContactHead | null>(
    head: Head,
    decided: readonly ContactEvent[],
  ): Head | ContactHead => {
    events.push(...decided);
    return decided.reduce<Head | ContactHead>((state, event) => evolve(state, event, context.digest), head);
  };

  for (const { person, identification, contactId } of persons) {
    const before = changed.get(contactId) ?? identification.contact;
    const decided = decide({ kind: 'see', contactId, person }, before, context);
    const names = [...person.previousResourceNames, ...identification.merged.flatMap(namesOf)];
    const after = withIdentity(apply(before, decided), person.sourceIds, names);
    if (after !== null && after !== before) changed.set(contactId, after);
    // Of a person that the page repeats, the first change is what became of it.
    const [event] = decided;
    if ((outcomes.get(contactId) ?? 'unchanged') === 'unchanged') {
      outcomes.set(contactId, event?.type === 'ContactUpdated' ? event.change : 'unchanged');
    }

    for (const other of identification.merged) {
      const gone = changed.get(other.contactId) ?? other;
      const command = { kind: 'delete', reason: 'merged', mergedInto: contactId } as const;
      changed.set(other.contactId, apply(gone, decide(command, gone, context)));
      merges.set(other.contactId, contactId);
    }
  }
  return { events, heads: [...changed.values()], outcomes, merges };
}

/** What a sight tells of a contact's identity. A person that shows no CONTACT source says nothing about those it had. */
function withIdentity(
  head: ContactHead | null,
  sourceIds: readonly string[],
  names: readonly string[],
): ContactHead | null {
  if (head === null) return null;
  const known = head.formerNames;
  const formerNames = [...new Set([...known, ...names])];
  const sameSources =
    sourceIds.length === 0 ||
    (sourceIds.length === head.sourceIds.length && sourceIds.every((id) => head.sourceIds.includes(id)));
  if (sameSources && formerNames.length === known.length) return head;
  return { ...head, sourceIds: sameSources ? head.sourceIds : sourceIds, formerNames };
}

function namesOf(head: ContactHead): readonly string[] {
  return [head.resourceName, ...head.formerNames];
}
