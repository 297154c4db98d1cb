import { escapedComponent, escapedText, folded } from './content-line.js';

/** Values are written as they are given, several are a list. */
export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A vCard on its way to its text. */
export class Card {
  private text = '';
  private groups = 0;

  /** @param isSemicolonText whether a semicolon is text like any other where it divides nothing */
  constructor(private readonly isSemicolonText: boolean) {}

  /** A name under which lines belong together. */
  group(): string {
    this.groups += 1;
    return `item${this.groups}`;
  }

  /** @param value as it stands in the line */
  add(name: string, value: string, parameters: Parameters = {}, group: string | null = null): void {
    let head = group === null ? name : `${group}.${name}`;
    for (const [parameter, values] of Object.entries(parameters)) {
      if (values === undefined || values.length === 0) continue;
      head += `;${parameter}=${typeof values === 'string' ? values : values.join(',')}`;
    }
    this.text += folded(`${head}:${value}`);
  }

  /** Adds nothing for what is missing. */
  addText(
    name: string,
    text: string | null | undefined,
    parameters?: Parameters,
    group?: string | null,
  ): void {
    if (text != null) this.add(name, this.escaped(text), parameters, group);
  }

  addTexts(name: string, texts: readonly string[]): void {
    if (texts.length > 0) this.add(name, texts.map((text) => this.escaped(text)).join(','));
  }

  addStructure(
    name: string,
    parts: readonly (string | null)[],
    parameters?: Parameters,
    group?: string | null,
  ): void {
    this.add(name, parts.map((part) => escapedComponent(part ?? '')).join(';'), parameters, group);
  }

  /** People write all sorts of things where an address is expected: what cannot be one stays text. */
  addUri(name: string, value: string, parameters: Parameters = {}, group?: string | null): void {
    if (/^[^\s\p{Cc}\\]+$/u.test(value)) this.add(name, value, parameters, group);
    else this.addText(name, value, { ...parameters, VALUE: 'text' }, group);
  }

  private escaped(text: string): string {
    return this.isSemicolonText ? escapedText(text) : escapedComponent(text);
  }

  toString(): string {
    return this.text;
  }
}
