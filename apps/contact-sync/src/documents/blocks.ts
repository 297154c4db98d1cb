/**
 * A Markdown page whose tables are made of the code, and whose prose is written by hand: each block behind a line
 * `<!-- name, by npm run docs:page -->` is replaced by the text of that name.
 */
export function withBlocks(page: string, blocks: ReadonlyMap<string, string>): string {
  const missing = new Set(blocks.keys());
  const made = page.replace(
    /^(<!-- (.+), by npm run docs:[\w-]+ -->\n\n)(?:.+\n)+/gm,
    (_, marker: string, name: string) => {
      const block = blocks.get(name);
      if (block === undefined) throw new Error(`The page asks for "${name}", which the code has not.`);
      missing.delete(name);
      return `${marker}${block}\n`;
    },
  );
  if (missing.size > 0) throw new Error(`The page has no place for ${[...missing].join(', ')}.`);
  return made;
}

/** Laid out as Prettier does. @param rows the first one is the heading */
export function table(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...others] = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = heading.map((_, column) =>
    Math.max(3, ...[heading, ...others].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  return [heading, widths.map((width) => '-'.repeat(width)), ...others].map(line).join('\n');
}

/** Broken into lines of up to 120 characters. @param before of each line */
export function lines(text: string, before = ''): string {
  const made: string[] = [];
  for (const word of text.split(' ')) {
    const last = made.at(-1);
    if (last === undefined || `${last} ${word}`.length > 120) made.push(`${before}${word}`);
    else made[made.length - 1] = `${last} ${word}`;
  }
  return made.join('\n');
}
