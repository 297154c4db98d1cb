/**
 * A row of a CSV file, as RFC 4180 has it.
 *
 * @param options `raw`: as the cells are, also where a program would take one for a formula
 */
export function csvRow(cells: readonly string[], { raw = false }: { readonly raw?: boolean } = {}): string {
  return `${cells.map((text) => quoted(raw ? text : harmless(text))).join(',')}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Cells hold what others wrote: no program is to take one for a formula (OWASP, CSV injection). What is nothing but digits
 * and what stands between them can do no more than add up, and stays, because `+33 6 12 34 56 78` and `--12-10` are to be
 * read as they are.
 */
function harmless(text: string): string {
  return BEGINS_FORMULA.test(text) && !NUMBERS.test(text) ? `'${text}` : text;
}

const BEGINS_FORMULA = /^[=+\-@\t\r\n]/;
const NUMBERS = /^[+-][\d ()./+-]*(?: ::: [\d ()./+-]+)*$/;
