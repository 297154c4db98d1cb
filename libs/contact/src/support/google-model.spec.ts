import { type SeenPerson } from '../index.js';
import { person } from './given.spec.js';

// A model of Google for the specs beside the domain; this file holds no spec itself.

interface Resident {
  readonly source: string;
  name: string;
  previous: string[];
  biography: string;
  state: 'live' | 'deleted' | 'merged';
  /** Changed since the last list, and whether in what ties it to its contact. */
  changed: boolean;
  moved: boolean;
}

export interface List {
  readonly persons: readonly SeenPerson[];
  readonly tombstones: readonly string[];
}

/**
 * Google as a list of persons. Names move about, but a person moves once at most between two lists: what moves twice
 * unseen through a name that another one bears cannot be told from a merge.
 */
export class GoogleModel {
  private readonly residents: Resident[] = [];
  private tombstones: string[] = [];
  private texts = 0;

  create(): void {
    const number = this.residents.length;
    this.residents.push({
      source: `s${number}`,
      name: `p${number}`,
      previous: [],
      biography: this.text(),
      state: 'live',
      changed: true,
      moved: true,
    });
  }

  edit(at: number): void {
    const one = pick(this.live(), at);
    if (one !== undefined) Object.assign(one, { biography: this.text(), changed: true });
  }

  /** Its etag and update time move on, and nothing else. */
  touch(at: number): void {
    const one = pick(this.live(), at);
    if (one !== undefined) one.changed = true;
  }

  rename(at: number, tombstone: boolean): void {
    const one = pick(this.still(), at);
    if (one === undefined) return;
    if (tombstone) this.tombstones.push(`people/${one.name}`);
    this.moveTo(one, `${one.name}'`);
  }

  swap(at: number, to: number): void {
    const [one, other] = [pick(this.still(), at), pick(this.still(), to)];
    if (one === undefined || other === undefined || one === other) return;
    const [name, otherName] = [one.name, other.name];
    this.moveTo(one, otherName);
    this.moveTo(other, name);
  }

  /** `at` goes into `to`, which lists its names from now on. */
  merge(at: number, to: number, tombstone: boolean): void {
    const [one, other] = [pick(this.still(), at), pick(this.still(), to)];
    if (one === undefined || other === undefined || one === other) return;
    const borne = this.residents
      .filter((any) => any !== one && any.state !== 'merged')
      .map((any) => any.name);
    // Names that wandered before: who lists them says nothing about who is meant.
    if (one.previous.some((name) => borne.includes(name)) || other.previous.includes(one.name)) return;
    Object.assign(one, { state: 'merged', moved: true });
    if (tombstone) this.tombstones.push(`people/${one.name}`);
    const previous = [...new Set([...other.previous, ...one.previous, one.name])];
    Object.assign(other, { previous, biography: this.text(), changed: true, moved: true });
  }

  delete(at: number): void {
    const one = pick(this.still(), at);
    if (one === undefined) return;
    Object.assign(one, { state: 'deleted', changed: true, moved: true });
    this.tombstones.push(`people/${one.name}`);
  }

  /** Under the name that it had, with another source if it is `fresh`. */
  restore(at: number, fresh: boolean): void {
    const gone = this.residents.filter(({ state, moved }) => state === 'deleted' && !moved);
    const one = pick(gone, at);
    if (one === undefined) return;
    Object.assign(one, {
      state: 'live',
      changed: true,
      moved: true,
      ...(fresh && { source: `${one.source}'` }),
    });
  }

  /** What changed since the last list; only here does Google tell previous names. */
  changes(): List {
    const persons = this.live()
      .filter(({ changed }) => changed)
      .map((one) => present(one, true));
    return this.listed({ persons, tombstones: this.tombstones });
  }

  all(): List {
    return this.listed({ persons: this.live().map((one) => present(one, false)), tombstones: [] });
  }

  /** Each live person by its name: who it is, and what it says. */
  state(): Map<string, { who: number; biography: string }> {
    return new Map(
      this.live().map((one) => [
        `people/${one.name}`,
        { who: this.residents.indexOf(one), biography: one.biography },
      ]),
    );
  }

  private listed(list: List): List {
    for (const one of this.residents) Object.assign(one, { changed: false, moved: false });
    this.tombstones = [];
    return list;
  }

  private moveTo(one: Resident, name: string): void {
    const previous = [...one.previous, one.name].filter((former) => former !== name);
    Object.assign(one, { name, previous: [...new Set(previous)], changed: true, moved: true });
  }

  private live(): Resident[] {
    return this.residents.filter(({ state }) => state === 'live');
  }

  private still(): Resident[] {
    return this.live().filter(({ moved }) => !moved);
  }

  private text(): string {
    this.texts += 1;
    return `text ${this.texts}`;
  }
}

function present(one: Resident, withPrevious: boolean): SeenPerson {
  const ties = { sources: [one.source], previous: withPrevious ? one.previous : [] };
  return person(one.name, ties, { biographies: [{ value: one.biography }] });
}

function pick(residents: readonly Resident[], at: number): Resident | undefined {
  return residents[at % Math.max(1, residents.length)];
}
