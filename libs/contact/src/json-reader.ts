import { PersonNotUnderstood } from './person-not-understood.js';
import { isVisible } from './visible-text.js';

/** A JSON object whose members are not known yet, with the path that led to it. */
export class JsonObject {
  constructor(
    private readonly members: Readonly<Record<string, unknown>>,
    private readonly path: string,
  ) {}

  static of(value: unknown, path = ''): JsonObject {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new PersonNotUnderstood(path, 'an object', kindOf(value));
    }
    return new JsonObject(value as Record<string, unknown>, path);
  }

  /** The member as cleaned text, its blanks and what is invisible kept; null where nothing of it can be seen. */
  text(name: string): string | null {
    const value = this.member(name);
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string') throw this.wrong(name, 'a string', value);
    const text = storableText(value);
    return isVisible(text) ? text : null;
  }

  flag(name: string): boolean {
    const value = this.member(name);
    if (value === undefined || value === null) return false;
    if (typeof value !== 'boolean') throw this.wrong(name, 'true or false', value);
    return value;
  }

  /** A whole number from 1 to `max`; null where it is absent, or 0, which Google's Date uses for "not given". */
  number(name: string, max: number): number | null {
    const value = this.member(name);
    if (value === undefined || value === null || value === 0) return null;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
      throw this.wrong(name, `a whole number from 0 to ${max}`, value);
    return value;
  }

  object(name: string): JsonObject | null {
    const value = this.member(name);
    return value === undefined || value === null ? null : JsonObject.of(value, this.pathOf(name));
  }

  /** The member's items; none where it is absent. */
  objects(name: string): JsonObject[] {
    return this.list(name).map((item, index) => JsonObject.of(item, `${this.pathOf(name)}[${index}]`));
  }

  /** The member's items as cleaned texts, without those of which nothing can be seen. */
  texts(name: string): string[] {
    const texts = this.list(name).map((item, index) => {
      if (typeof item !== 'string') throw this.wrong(`${name}[${index}]`, 'a string', item);
      return storableText(item);
    });
    return texts.filter(isVisible);
  }

  wrong(name: string, expected: string, value: unknown): PersonNotUnderstood {
    return new PersonNotUnderstood(this.pathOf(name), expected, kindOf(value));
  }

  private list(name: string): unknown[] {
    const value = this.member(name);
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.wrong(name, 'a list', value);
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
  return text.replaceAll('\u0000', '').toWellFormed();
}
