import { type ContactSnapshot } from './contact-snapshot.js';
import { type PersonIdentity } from './person.js';

/** The contacts that persons may belong to: which contact a name or a CONTACT source id last led to. */
export interface ContactDirectory {
  byName(resourceName: string): ContactSnapshot | undefined;
  bySourceId(sourceId: string): ContactSnapshot | undefined;
}

/** Which contact a person is, and which other contacts have turned out to be the same one. */
export interface Identification {
  /** null: a contact that was not known before. */
  readonly contact: ContactSnapshot | null;
  /** Live contacts to be deleted as merged into `contact`. */
  readonly merged: readonly ContactSnapshot[];
}

/** What ties a person to a contact, the weakest first. It decides between persons that claim the same contact. */
enum Tie {
  /** Google answered with the person when it was asked for the contact. */
  AskedFor,
  /** The name, although the source ids are others, or something else of the person leads to another contact. */
  NameOnly,
  PreviousName,
  /** The name, and nothing of the person speaks against it. */
  Name,
  Source,
  NameAndSource,
}

interface Claim {
  readonly person: PersonIdentity;
  readonly contact: ContactSnapshot;
  readonly tie: Tie;
  /** Whether the contact holds the person's name. */
  readonly named: boolean;
}

/**
 * Tells which contact each person of a page is (docs/adr/0006-identity.md), looking at the page as a whole, because
 * two persons may have swapped names. The order of the persons does not matter.
 *
 * A person claims the contacts that its previous names lead to, the live contacts that hold one of its CONTACT source
 * ids, and the contact that holds its name. A contact goes to the one person that is tied to it most strongly, so no
 * two persons are ever the same contact; a person that gets several has them merged. Deleted contacts are left to
 * persons that get no live one.
 *
 * @param askedAbout live contacts that Google was asked about, by the name of the person that it answered with
 */
export function identify(
  persons: readonly PersonIdentity[],
  directory: ContactDirectory,
  askedAbout: ReadonlyMap<string, readonly ContactSnapshot[]> = new Map(),
): Identification[] {
  const claims = eachOnce(persons).flatMap((person) => {
    const own = claimsOf(person, directory);
    const others = (askedAbout.get(person.resourceName) ?? []).filter(
      (asked) => !own.some(({ contact }) => contact.contactId === asked.contactId),
    );
    return [
      ...own,
      ...others.map((contact): Claim => ({ person, contact, tie: Tie.AskedFor, named: false })),
    ];
  });
  const live = awarded(claims.filter(({ contact }) => !contact.deleted));
  const deleted = awarded(
    claims.filter(({ contact, person }) => contact.deleted && !live.has(person.resourceName)),
  );

  return persons.map(({ resourceName }) => {
    const won = live.get(resourceName) ?? deleted.get(resourceName) ?? [];
    const [contact, ...others] = won.toSorted(byRightToSurvive).map((claim) => claim.contact);
    return { contact: contact ?? null, merged: others.filter((other) => !other.deleted) };
  });
}

function claimsOf(person: PersonIdentity, directory: ContactDirectory): Claim[] {
  const sharing = distinct(person.sourceIds.map((id) => directory.bySourceId(id))).filter(
    (contact) => !contact.deleted && sharesSource(contact, person),
  );
  const holder = nameHolder(person, directory);
  const isItself = holder !== undefined && (sharing.length === 0 || !contradicts(holder, person));
  const itself = isItself ? [...sharing, holder] : sharing;
  const former = person.previousResourceNames
    .filter((name) => !itself.some((contact) => hasBorne(contact, name)))
    .map((name) => directory.byName(name));
  const evidence = distinct([
    ...sharing,
    ...distinct(former).filter((contact) => !hasMovedOn(contact, person)),
  ]);
  const leadsElsewhere = evidence.some(
    (contact) => contact !== holder && (!contact.deleted || sharesSource(contact, person)),
  );

  return distinct([...evidence, holder]).flatMap((contact): Claim[] => {
    const named = contact === holder;
    const claim = (tie: Tie): Claim[] => [{ person, contact, named, tie }];
    const contradicted = contradicts(contact, person);
    if (sharesSource(contact, person)) return claim(named ? Tie.NameAndSource : Tie.Source);
    if (named && !contradicted && !leadsElsewhere) return claim(Tie.Name);
    if (evidence.includes(contact)) return claim(Tie.PreviousName);
    return contradicted && leadsElsewhere ? [] : claim(Tie.NameOnly);
  });
}

/** What each person gets, by its name. */
function awarded(claims: readonly Claim[]): Map<string, Claim[]> {
  const count = new Map<string, number>();
  for (const { person } of claims) count.set(person.resourceName, (count.get(person.resourceName) ?? 0) + 1);
  const claimsOf = ({ person }: Claim): number => count.get(person.resourceName) ?? 0;
  // Between equals, the person that has the fewer others: it would be a new contact, the other only keeps its own.
  const ranked = claims.toSorted(
    (a, b) =>
      b.tie - a.tie ||
      claimsOf(a) - claimsOf(b) ||
      ascending(a.person.resourceName, b.person.resourceName) ||
      byAge(a, b),
  );
  const awards = new Map<string, Claim[]>();
  const taken = new Set<string>();
  for (const claim of ranked) {
    if (taken.has(claim.contact.contactId)) continue;
    taken.add(claim.contact.contactId);
    awards.set(claim.person.resourceName, [...(awards.get(claim.person.resourceName) ?? []), claim]);
  }
  return awards;
}

/** The contact that holds the name; one that was known under it once but goes by another name now does not. */
function nameHolder(person: PersonIdentity, directory: ContactDirectory): ContactSnapshot | undefined {
  const contact = directory.byName(person.resourceName);
  return contact?.resourceName === person.resourceName ? contact : undefined;
}

/** A name that a contact has borne itself is its own past, and leads nowhere else, whoever bears it now. */
function hasBorne(contact: ContactSnapshot, name: string): boolean {
  return contact.resourceName === name || contact.formerNames.includes(name);
}

/** The name was the contact's once; since then it took one that the person never had, and it is someone else. */
function hasMovedOn(contact: ContactSnapshot, person: PersonIdentity): boolean {
  const names = [person.resourceName, ...person.previousResourceNames];
  return !names.includes(contact.resourceName) && contradicts(contact, person);
}

/** Keys outlive what they stand for: only a source id that the contact showed last ties it to a person. */
function sharesSource(contact: ContactSnapshot, person: PersonIdentity): boolean {
  return person.sourceIds.some((id) => contact.sourceIds.includes(id));
}

function contradicts(contact: ContactSnapshot, person: PersonIdentity): boolean {
  return contact.sourceIds.length > 0 && person.sourceIds.length > 0 && !sharesSource(contact, person);
}

/** Persons by their names; what a page that repeats a person says of it is taken together. */
function eachOnce(persons: readonly PersonIdentity[]): PersonIdentity[] {
  const byName = new Map<string, PersonIdentity>();
  for (const person of persons) {
    const known = byName.get(person.resourceName);
    byName.set(person.resourceName, {
      resourceName: person.resourceName,
      previousResourceNames: [...(known?.previousResourceNames ?? []), ...person.previousResourceNames],
      sourceIds: [...(known?.sourceIds ?? []), ...person.sourceIds],
    });
  }
  return [...byName.values()];
}

/** The holder of the current name survives, else the oldest; what was only asked for goes into what it was answered with. */
function byRightToSurvive(a: Claim, b: Claim): number {
  const isAskedFor = ({ tie }: Claim): number => Number(tie === Tie.AskedFor);
  return isAskedFor(a) - isAskedFor(b) || Number(b.named) - Number(a.named) || byAge(a, b);
}

function byAge({ contact: a }: Claim, { contact: b }: Claim): number {
  return ascending(a.createdAt, b.createdAt) || ascending(a.contactId, b.contactId);
}

function ascending(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function distinct(contacts: readonly (ContactSnapshot | undefined)[]): ContactSnapshot[] {
  return [...new Set(contacts.filter((contact) => contact !== undefined))];
}
