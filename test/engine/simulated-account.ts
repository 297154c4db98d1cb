import { type PeopleSimulator } from '../../apps/people-simulator/src/simulator.js';
import { personFields } from './person-fields.js';

/** A person as Google shows it to its owner, with every field. */
export interface TruePerson {
  readonly resourceName: string;
  readonly [field: string]: unknown;
}

/** Google's state at one moment: its live persons by name. */
export type Truth = ReadonlyMap<string, TruePerson>;

/** A person through all its changes; `who` is the id of its CONTACT source. */
export interface KnownPerson {
  readonly who: string;
  name: string;
  state: 'live' | 'deleted' | 'vanished';
  /** The names that it had itself, with the present one. */
  readonly ownNames: Set<string>;
  /** Those, and the names of all persons merged into it: what Google lists as previous names. */
  readonly listedNames: Set<string>;
  mergedInto: KnownPerson | null;
  /** How often it was deleted: a person that takes its name meanwhile takes its contact. */
  absences: number;
}

/** Something that happens to a person at Google; a number chooses one of those that it can happen to. */
export type GoogleChange =
  | { readonly what: 'create'; readonly fields: number; readonly reuseName: number | null }
  | { readonly what: 'edit'; readonly at: number; readonly fields: number }
  | { readonly what: 'touch'; readonly at: number }
  | {
      readonly what: 'rename';
      readonly at: number;
      readonly tombstone: boolean;
      readonly reuseName: number | null;
    }
  | { readonly what: 'swap'; readonly at: number; readonly with: number }
  | { readonly what: 'merge'; readonly at: number; readonly into: number; readonly tombstone: boolean }
  | { readonly what: 'delete'; readonly at: number }
  | { readonly what: 'restore'; readonly at: number };

/** One account of the people simulator, and what has become of its persons. */
export class SimulatedAccount {
  readonly persons: KnownPerson[] = [];
  private readonly names = new Set<string>();
  /** Its state as last read, until something changes there. */
  private unchanged: Truth | null = null;

  private constructor(
    private readonly call: PeopleSimulator['control'],
    readonly name: string,
  ) {}

  /** @param seed of the names that its persons get */
  static create(call: PeopleSimulator['control'], name: string, seed: number): SimulatedAccount {
    const account = new SimulatedAccount(call, name);
    account.control('PUT', `/control/accounts/${name}`, { persons: 0, seed });
    return account;
  }

  get refreshToken(): string {
    return `${this.name}-refresh-token`;
  }

  remove(): void {
    this.control('DELETE', `/control/accounts/${this.name}`);
  }

  truth(): Truth {
    if (this.unchanged === null) {
      const { items } = this.control('GET', '/control/persons?limit=1000');
      this.unchanged = new Map((items as TruePerson[]).map((person) => [person.resourceName, person]));
    }
    return this.unchanged;
  }

  /** @returns whether anything changed: there may be no person for it to happen to */
  change(change: GoogleChange): boolean {
    this.unchanged = null;
    const live = this.persons.filter(({ state }) => state === 'live');
    const pick = (at: number): KnownPerson | undefined => live[at % live.length];
    switch (change.what) {
      case 'create': {
        const resourceName = this.freeName(change.reuseName);
        this.learn(
          this.control('POST', '/control/persons', {
            ...personFields(change.fields),
            ...(resourceName === null ? {} : { resourceName }),
          }),
        );
        return true;
      }
      case 'edit':
      case 'touch': {
        const person = pick(change.at);
        if (person === undefined) return false;
        this.control('PATCH', path(person), change.what === 'edit' ? personFields(change.fields) : {});
        return true;
      }
      case 'rename': {
        const person = pick(change.at);
        if (person === undefined) return false;
        const newResourceName = this.freeName(change.reuseName);
        const renamed = this.control('POST', `${path(person)}/rename`, {
          tombstone: change.tombstone,
          ...(newResourceName === null ? {} : { newResourceName }),
        });
        this.moved(person, (renamed as TruePerson).resourceName);
        return true;
      }
      case 'swap': {
        const [a, b] = [pick(change.at), pick(change.with)];
        if (a === undefined || b === undefined || a === b) return false;
        this.control('POST', '/control/persons/swap-names', { a: id(a), b: id(b) });
        const [nameOfA, nameOfB] = [a.name, b.name];
        this.moved(a, nameOfB);
        this.moved(b, nameOfA);
        return true;
      }
      case 'merge': {
        const [other, survivor] = [pick(change.at), pick(change.into)];
        if (other === undefined || survivor === undefined || other === survivor) return false;
        this.control('POST', `${path(other)}/merge`, {
          into: id(survivor),
          tombstone: change.tombstone,
        });
        other.state = change.tombstone ? 'deleted' : 'vanished';
        other.mergedInto = survivor;
        for (const name of other.listedNames) survivor.listedNames.add(name);
        return true;
      }
      case 'delete': {
        const person = pick(change.at);
        if (person === undefined) return false;
        this.control('DELETE', path(person));
        person.state = 'deleted';
        return true;
      }
      case 'restore': {
        const gone = this.persons.filter(
          ({ state, name }) => state !== 'live' && !live.some((one) => one.name === name),
        );
        const person = gone[change.at % gone.length];
        if (person === undefined) return false;
        // The person that had the name last comes back.
        this.learn(this.control('POST', `${path(person)}/restore`));
        return true;
      }
    }
  }

  expireSyncTokens(status: 400 | 410): void {
    this.control('POST', '/control/sync-tokens/expire', { status });
  }

  refusePageTokens(): void {
    this.control('POST', '/control/page-tokens/refuse');
  }

  expireAccessTokens(): void {
    this.control('POST', '/control/access-tokens/expire');
  }

  addFault(order: object): void {
    this.control('POST', '/control/faults', { where: 'connections', ...order });
  }

  clearFaults(): void {
    this.control('DELETE', '/control/faults');
  }

  /** A name that a person had once and none has now; null for one that was never used. */
  private freeName(choice: number | null): string | null {
    if (choice === null) return null;
    const free = [...this.names].filter(
      (name) => !this.persons.some((person) => person.state === 'live' && person.name === name),
    );
    return free[choice % free.length] ?? null;
  }

  private moved(person: KnownPerson, name: string): void {
    person.name = name;
    person.ownNames.add(name);
    person.listedNames.add(name);
    this.names.add(name);
  }

  private learn(shown: unknown): void {
    const person = shown as TruePerson;
    const who = whoIs(person);
    const known = this.persons.find((one) => one.who === who);
    this.names.add(person.resourceName);
    if (known !== undefined) {
      known.state = 'live';
      known.absences += 1;
      known.mergedInto = null;
      return;
    }
    this.persons.push({
      who,
      name: person.resourceName,
      state: 'live',
      ownNames: new Set([person.resourceName]),
      listedNames: new Set([person.resourceName]),
      mergedInto: null,
      absences: 0,
    });
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the control API's JSON
  private control(method: string, path_: string, body?: unknown): any {
    const separator = path_.includes('?') ? '&' : '?';
    const { status, body: answer } = this.call(method, `${path_}${separator}account=${this.name}`, body);
    if (status >= 300) throw new Error(`${method} ${path_} answered ${status}: ${answer}`);
    return answer === '' ? null : JSON.parse(answer);
  }
}

/** The id of the person's CONTACT source: it outlives every change of name. */
export function whoIs(person: TruePerson): string {
  const { sources } = person.metadata as { sources: { type: string; id: string }[] };
  return sources.find(({ type }) => type === 'CONTACT')?.id ?? '';
}

function id(person: KnownPerson): string {
  return person.name.replace('people/', '');
}

function path(person: KnownPerson): string {
  return `/control/persons/${id(person)}`;
}
