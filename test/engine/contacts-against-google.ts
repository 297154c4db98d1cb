import { type ContactDeleted, type ContactEvent, type ContactUpdated } from '#contact';
import { type NameAnswer, type PeoplePage } from '#google-people';
import { type Run } from '#sync';

import { expectedSaying, sayingOf } from './expected-contact.js';
import { expectSame, type FoldedContact, type FoldedLog, LogBroken } from './folded-log.js';
import {
  type GoogleChange,
  type KnownPerson,
  type SimulatedAccount,
  type TruePerson,
  type Truth,
  whoIs,
} from './simulated-account.js';

/** A list that Google gave, and what Google had when it began. */
export interface ListSeen {
  readonly truth: Truth;
  /** What had become of each person at that moment, by source id. */
  readonly fates: ReadonlyMap<string, KnownPerson>;
  readonly tombstones: Set<string>;
  readonly previousNames: Set<string>;
  /** The source ids of the live persons on its pages. */
  readonly listed: Set<string>;
  /** Those, and the ones that Google said to be alive when it was asked for them. */
  readonly shown: Set<string>;
  /** As Google answered with them, by their names then. */
  readonly answered: Map<string, TruePerson>;
  /** Who Google answered with, by the names that it was asked for. */
  readonly ledTo: Map<string, string>;
  /** Names that led to nobody when Google was asked for them. */
  readonly gone: Set<string>;
  nextSyncToken: string | null;
  /** A name went to another person while the list went on, which neither this list nor the next tells in full. */
  blurred: boolean;
}

/** The model: one live contact for each of Google's live persons, the same one as long as it lives. */
export class ContactsAgainstGoogle {
  private readonly whoOfContact = new Map<string, string>();
  private readonly nameOfContact = new Map<string, string>();
  private readonly contactOfWho = new Map<string, { contactId: string; absences: number }>();
  /** Contacts of deleted persons that stay: Google said nothing that leads to them, or their deletion is held. */
  private stale = new Set<string>();
  /**
   * Persons whose contact went to another person that lists their name as a previous one of its own. We never knew that
   * other person by this name, so it looks like a merge. The next list that shows them gives them a contact again.
   */
  private readonly mistaken = new Set<string>();
  /** Live persons that the last full list left out, and that Google did not answer for: what we know of them is old. */
  private readonly unseen = new Set<string>();
  /** Who came under which name on which page; pages are counted over all runs since the last checked one. */
  private sightings: { readonly page: number; readonly who: string; readonly name: string }[] = [];
  private pages = 0;
  private lists: ListSeen[] = [];
  private events: ContactEvent[] = [];

  constructor(
    private readonly log: FoldedLog,
    private readonly google: SimulatedAccount,
  ) {}

  beginRun(): void {
    this.lists = [];
  }

  beginList(): ListSeen {
    const truth = this.google.truth();
    const fates = new Map<string, KnownPerson>();
    for (const person of this.google.persons) fates.set(person.who, { ...person });
    for (const person of this.google.persons) {
      const fate = fates.get(person.who);
      if (fate !== undefined) fate.mergedInto = fates.get(person.mergedInto?.who ?? '') ?? null;
    }
    const list: ListSeen = {
      truth,
      fates,
      tombstones: new Set(),
      previousNames: new Set(),
      listed: new Set(),
      shown: new Set(),
      answered: new Map(),
      ledTo: new Map(),
      gone: new Set(),
      nextSyncToken: null,
      blurred: false,
    };
    this.lists.push(list);
    return list;
  }

  addPage(list: ListSeen, page: PeoplePage): void {
    this.pages += 1;
    for (const raw of page.items) {
      const { resourceName, metadata } = raw as {
        resourceName: string;
        metadata?: { deleted?: boolean; previousResourceNames?: string[] };
      };
      if (metadata?.deleted === true) list.tombstones.add(resourceName);
      else {
        for (const name of metadata?.previousResourceNames ?? []) list.previousNames.add(name);
        const who = whoIs(raw as TruePerson);
        list.listed.add(who);
        list.shown.add(who);
        this.sightings.push({ page: this.pages, who, name: resourceName });
      }
    }
    list.nextSyncToken = page.nextSyncToken;
  }

  /** By what Google has at this moment; an engine may have been told something else. */
  addAnswers(list: ListSeen, answers: ReadonlyMap<string, NameAnswer>): void {
    this.pages += 1;
    const truth = this.google.truth();
    for (const [name, answer] of answers) {
      if (!truth.has(name)) list.gone.add(name);
      if (answer.kind !== 'alive') {
        if (!truth.has(name)) this.forgetAnswer(list, name);
        continue;
      }
      const person = answer.person as TruePerson;
      list.shown.add(whoIs(person));
      list.answered.set(person.resourceName, person);
      list.ledTo.set(name, whoIs(person));
      list.previousNames.add(name);
      this.sightings.push({ page: this.pages, who: whoIs(person), name: person.resourceName });
    }
  }

  /** A name that is asked again after a crash may lead to nobody by then: what it led to was never stored. */
  private forgetAnswer(list: ListSeen, name: string): void {
    const who = list.ledTo.get(name);
    if (who === undefined || list.listed.has(who)) return;
    list.shown.delete(who);
    for (const [answered, person] of list.answered) if (whoIs(person) === who) list.answered.delete(answered);
  }

  changedMeanwhile(change: GoogleChange): void {
    if (!['edit', 'touch', 'delete'].includes(change.what))
      for (const list of this.lists) list.blurred = true;
  }

  /** No event tells what Google never had, and none deletes what Google has. */
  checkEvents(events: readonly ContactEvent[]): void {
    this.events = [...events];
    for (const event of events) {
      const name = `${event.type} ${event.version} of ${event.resourceName}`;
      if (event.type === 'ContactUpdated') this.checkUpdate(event, name);
      else if (event.reason === 'merged') this.checkMerge(event, name);
      else this.checkDeletion(event, name);
    }
  }

  private checkUpdate({ contactId, resourceName, contact }: ContactUpdated, name: string): void {
    const person = this.lists
      .flatMap(({ truth, answered }) => [truth.get(resourceName), answered.get(resourceName)])
      .find((shown) => shown !== undefined && expectedSaying(shown) === sayingOf(contact));
    if (person === undefined) throw new LogBroken(`${name} says what Google never had`);
    const who = whoIs(person);
    const before = this.nameOfContact.get(contactId);
    if (before !== undefined && before !== resourceName) this.checkTaking(contactId, before, who, name);
    this.whoOfContact.set(contactId, who);
    this.nameOfContact.set(contactId, resourceName);
  }

  private checkMerge({ contactId, resourceName, mergedInto }: ContactDeleted, name: string): void {
    this.checkTaking(contactId, resourceName, this.whoOfContact.get(mergedInto ?? '') ?? '', name);
  }

  /** A person got a contact under another name: its own one, or one whose name it lists as previous, or is answered for. */
  private checkTaking(contactId: string, before: string, who: string, name: string): void {
    const list = this.lists.at(-1);
    const fates = list?.fates;
    const [loser, taker] = [fates?.get(this.whoOfContact.get(contactId) ?? ''), fates?.get(who)];
    if (loser === undefined || loser === taker) return;
    if (taker?.listedNames.has(before) !== true && list?.ledTo.get(before) !== who)
      throw new LogBroken(`${name} gives a contact of ${loser.name} to ${taker?.name ?? 'nobody'}`);
    if (loser.state !== 'live') return;
    this.mistaken.add(loser.who);
    this.contactOfWho.delete(loser.who);
  }

  /**
   * A tombstone under a name that a contact left is either its own, late one, or that of a person who took the name and
   * was deleted before we saw it. A tombstone has no source id, so the two cannot be told apart.
   */
  private checkDeletion({ contactId, reason, resourceName }: ContactDeleted, name: string): void {
    const list = this.lists.at(-1);
    if (reason === 'absent-from-full-sync') {
      if (list?.gone.has(resourceName) !== true) throw new LogBroken(`${name} is false: Google has it`);
      return;
    }
    const person = list?.fates.get(this.whoOfContact.get(contactId) ?? '');
    if (person?.state !== 'live') return;
    const isToldByAnEarlierName = [...person.listedNames].some(
      (listed) => listed !== person.name && list?.tombstones.has(listed) === true,
    );
    if (this.takerFrom(person.who, null, list) !== null) return;
    if (reason !== 'deleted-in-google' || !isToldByAnEarlierName)
      throw new LogBroken(`${name} is false: Google has it`);
    this.mistaken.add(person.who);
  }

  deletedIn(runId: string, reason: string): number {
    return this.events.filter(
      (event) => event.type === 'ContactDeleted' && event.runId === runId && event.reason === reason,
    ).length;
  }

  /**
   * After a successful run: the live contacts are exactly Google's live persons.
   *
   * @param mayLeaveOut whether the list was made to leave out persons who are there
   */
  expectAsAtGoogle(
    list: ListSeen,
    { mode, absences }: Run,
    held: readonly string[],
    mayLeaveOut: boolean,
  ): void {
    for (const person of list.truth.values()) {
      const who = whoIs(person);
      if (list.shown.has(who)) this.unseen.delete(who);
      else if (mode === 'full' && mayLeaveOut) this.unseen.add(who);
    }
    if (list.blurred) {
      for (const contactId of held) this.stale.add(contactId);
      return;
    }
    const extra = new Set(this.log.live());
    const shown = new Map<string, FoldedContact>();
    const unseen = new Set<string>();
    for (const [resourceName, listed] of list.truth) {
      const person = list.answered.get(resourceName) ?? listed;
      const who = whoIs(person);
      if (this.unseen.has(who)) {
        unseen.add(who);
        continue;
      }
      // The person that had the name before may still have a contact: then there is one too many.
      const bearers = [...extra].filter(({ snapshot }) => snapshot.resourceName === resourceName);
      const own = bearers.find(({ snapshot }) => this.whoOfContact.get(snapshot.contactId) === whoIs(person));
      if (own === undefined && this.mistaken.has(whoIs(person)) && !list.shown.has(whoIs(person))) continue;
      const contact = own ?? bearers[0];
      if (contact === undefined) throw new LogBroken(`${resourceName} has no live contact`);
      this.mistaken.delete(whoIs(person));
      extra.delete(contact);
      shown.set(resourceName, contact);
      expectSame(
        `name of what ${resourceName} leads to`,
        this.log.bearer(resourceName)?.snapshot.resourceName,
        resourceName,
      );
      expectSame(`contact of ${resourceName}`, sayingOf(contact.contact), expectedSaying(person));
    }
    this.expectSameIdentities(list, shown);
    // Last: a person who is shown may have taken the contact of one who is not, by its name.
    for (const contact of extra) {
      const { contactId, resourceName } = contact.snapshot;
      // One that was deleted between the list and the question is gone, and deleted or held.
      if (unseen.has(this.whoOfContact.get(contactId) ?? '') && !list.gone.has(resourceName)) {
        extra.delete(contact);
      }
    }
    if (mode === 'full') {
      const kept = [...extra].filter(({ snapshot }) => !held.includes(snapshot.contactId));
      expectSame('held contacts', extra.size - kept.length, held.length);
      if (kept.length > absences.unanswered)
        throw new LogBroken(`${kept.length} contacts that Google does not have are kept`);
      this.stale = new Set(idsOf([...extra]));
    } else {
      for (const contact of extra) this.expectUnknowable(contact, list);
    }
  }

  expectSettled(): void {
    const list = this.lists.at(-1);
    const live = this.log.live().map(({ snapshot }) => snapshot.resourceName);
    expectSame('live contacts at the end', live.sort(), [...(list?.truth.keys() ?? [])].sort());
    this.stale.clear();
  }

  /** A person keeps its contact as long as that lives, unless Google merged it. */
  private expectSameIdentities(list: ListSeen, shown: ReadonlyMap<string, FoldedContact>): void {
    const bearers = new Map<string, string>();
    for (const [resourceName, { snapshot }] of shown)
      bearers.set(snapshot.contactId, whoIs(list.truth.get(resourceName) ?? { resourceName }));
    for (const [{ snapshot }, who] of [...shown.values()].map(
      (contact) => [contact, bearers.get(contact.snapshot.contactId) ?? ''] as const,
    )) {
      const absences = list.fates.get(who)?.absences ?? 0;
      const own = this.contactOfWho.get(who);
      if (
        own?.absences === absences &&
        own.contactId !== snapshot.contactId &&
        this.log.contacts.get(own.contactId)?.snapshot.deleted === false
      ) {
        const taker = this.takerFrom(who, bearers.get(own.contactId) ?? null, list);
        if (taker === null)
          throw new LogBroken(`${snapshot.resourceName} was given another contact while its own lives`);
        this.whoOfContact.set(own.contactId, taker);
      }
      this.contactOfWho.set(who, { contactId: snapshot.contactId, absences });
    }
    for (const [who, { contactId }] of this.contactOfWho) {
      const bearer = bearers.get(contactId);
      if (bearer !== undefined && bearer !== who && this.unseen.has(who)) this.contactOfWho.delete(who);
    }
    for (const [contactId, who] of bearers) {
      this.whoOfContact.set(contactId, who);
      this.nameOfContact.set(contactId, this.log.contacts.get(contactId)?.snapshot.resourceName ?? '');
    }
    this.sightings = [];
  }

  /**
   * The person that took a name may come some pages before the one that left it: then the contact goes with the name.
   * @param bearer the person that has the contact now; null when it is gone
   */
  private takerFrom(owner: string, bearer: string | null, list: ListSeen | undefined): string | null {
    const names = list?.fates.get(owner)?.ownNames;
    const last = this.sightings.findLast(({ who }) => who === owner)?.page ?? 0;
    const taking = this.sightings.find(
      ({ page, who, name }) =>
        page < last && who !== owner && (bearer === null || who === bearer) && names?.has(name) === true,
    );
    return taking?.who ?? null;
  }

  /**
   * An incremental list names a deleted person by its last name. If we knew it by an earlier one, only a full sync can
   * tell that it is gone, unless it was merged into a live person that lists that name.
   */
  private expectUnknowable({ snapshot }: FoldedContact, list: ListSeen): void {
    const { contactId, resourceName } = snapshot;
    if (this.stale.has(contactId)) return;
    if (list.tombstones.has(resourceName) && !list.previousNames.has(resourceName))
      throw new LogBroken(`${resourceName} was reported deleted and lives`);
    const fate = list.fates.get(this.whoOfContact.get(contactId) ?? '');
    if (fate === undefined || fate.state === 'live')
      throw new LogBroken(`${resourceName} lives beside its person's own contact`);
    let survivor = fate.mergedInto;
    while (survivor !== null && survivor.state !== 'live') survivor = survivor.mergedInto;
    // A name that a person has now, or that the survivor had itself, leads to that person.
    if (survivor !== null && !survivor.ownNames.has(resourceName) && !list.truth.has(resourceName))
      throw new LogBroken(`${resourceName} was merged into ${survivor.name} and lives`);
    this.stale.add(contactId);
  }
}

function idsOf(contacts: readonly FoldedContact[]): string[] {
  return contacts.map(({ snapshot }) => snapshot.contactId).sort();
}
