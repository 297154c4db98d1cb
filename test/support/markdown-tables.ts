/** The rows of all tables of a Markdown text, each cell under the name of its column. */
export function tableRows(markdown: string): Record<string, string>[] {
  const rows: Record<string, string>[] = [];
  let columns: string[] | null = null;
  for (const line of markdown.split('\n')) {
    const cells = cellsOf(line);
    if (cells === null) columns = null;
    else if (columns === null) columns = cells;
    else if (!cells.every((cell) => /^:?-+:?$/.test(cell))) {
      rows.push(Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])));
    }
  }
  return rows;
}

function cellsOf(line: string): string[] | null {
  if (!line.startsWith('|')) return null;
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());
}

/** The text in backticks; null where a cell has none. */
export function codeOf(cell: string): string | null {
  return /^`(.+)`$/.exec(cell)?.[1] ?? null;
}
