/** HTML in which every inserted text is escaped, unless it is HTML itself or a list of it. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.reduce((text, part, index) => text + shown(values[index - 1]) + part));
}

type HtmlValue = string | number | Html | readonly Html[] | undefined;

export class Html {
  constructor(readonly text: string) {}
}

function shown(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
