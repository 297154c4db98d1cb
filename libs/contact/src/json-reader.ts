import { PersonNotUnderstood } from './person-not-understood.js';
import { isVisible } from './visible-text.js';

/** What is done about a value of another type than expected. Where it returns, the value counts as absent. */
export type OnProblem = (problem: PersonNotUnderstood) => void;

/** A JSON object whose members are not known yet, with the path that led to it. */
export class JsonObject {
  private constructor(
    private readonly members: Readonly<Record<string, unknown>>,
    private readonly path: string,
    private readonly onProblem: OnProblem,
  ) {}

  /** @throws PersonNotUnderstood, as its members do, unless told what to do instead */
  static of(
    value: unknown,
    onProblem: OnProblem = (problem) => {
      throw problem;
    },
  ): JsonObject {
    return JsonObject.at('', value, onProblem) ?? new JsonObject({}, '', onProblem);
  }

  private static at(path: string, value: unknown, onProblem: OnProblem): JsonObject | null {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return new JsonObject(value as Record<string, unknown>, path, onProblem);
    }
    onProblem(new PersonNotUnderstood(path, 'an object', kindOf(value)));
    return null;
  }

  /** The member as cleaned text, its blanks and what is invisible kept; null where nothing of it can be seen. */
  text(name: string): string | null {
    const value = this.member(name);
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string') return this.refuse(name, 'a string', value, null);
    const text = storableText(value);
    return isVisible(text) ? text : null;
  }

  flag(name: string): boolean {
    const value = this.member(name);
    if (value === undefined || value === null) return false;
    if (typeof value !== 'boolean') return this.refuse(name, 'true or false', value, false);
    return value;
  }

  /** A whole number from 1 to `max`; null where it is absent, or 0, which Google's Date uses for "not given". */
  number(name: string, max: number): number | null {
    const value = this.member(name);
    if (value === undefined || value === null || value === 0) return null;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
      return this.refuse(name, `a whole number from 0 to ${max}`, value, null);
    return value;
  }

  object(name: string): JsonObject | null {
    const value = this.member(name);
    return value === undefined || value === null
      ? null
      : JsonObject.at(this.pathOf(name), value, this.onProblem);
  }

  /** The member's items; none where it is absent. */
  objects(name: string): JsonObject[] {
    const objects: JsonObject[] = [];
    for (const [index, item] of this.list(name).entries()) {
      const object = JsonObject.at(`${this.pathOf(name)}[${index}]`, item, this.onProblem);
      if (object !== null) objects.push(object);
    }
    return objects;
  }

  /** The member's items as cleaned texts, without those of which nothing can be seen. */
  texts(name: string): string[] {
    const texts = this.list(name).flatMap((item, index) => {
      if (typeof item !== 'string') return this.refuse(`${name}[${index}]`, 'a string', item, []);
      return storableText(item);
    });
    return texts.filter(isVisible);
  }

  /** As {@link text}, of a member that has to be there and to be of a form. @param expected what it should be, for people */
  needed(name: string, form: RegExp, expected: string): string | null {
    const text = this.text(name);
    if (text === null) return this.refuse(name, expected, undefined, null);
    if (form.test(text)) return text;
    this.onProblem(new PersonNotUnderstood(this.pathOf(name), expected, 'another text'));
    return null;
  }

  /** @returns what stands for a member that is absent */
  private refuse<Absent>(name: string, expected: string, value: unknown, absent: Absent): Absent {
    this.onProblem(new PersonNotUnderstood(this.pathOf(name), expected, kindOf(value)));
    return absent;
  }

  private list(name: string): unknown[] {
    const value = this.member(name);
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) return this.refuse(name, 'a list', value, []);
    return value;
  }

  private member(name: string): unknown {
    return Object.hasOwn(this.members, name) ? this.members[name] : undefined;
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** PostgreSQL's text and jsonb refuse U+0000 and lone surrogates: the first is removed, the others become U+FFFD. */
export function storableText(text: string): string {
  return SUSPECT.test(text) ? text.replaceAll('\u0000', '').toWellFormed() : text;
}

/** U+0000, and surrogates, which most often are no lone ones. */
const SUSPECT = /[\0\ud800-\udfff]/;
