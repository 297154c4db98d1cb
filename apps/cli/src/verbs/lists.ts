import { type Command, InvalidArgumentError, Option } from 'commander';

import { type Context } from '../context.js';
import { type Page, type PageRequest, pagesOf, type Wanted } from '../rest/pages.js';
import { type Answer } from '../rest/service.js';
import { type Column, table } from '../terminal/table.js';

export type ListOptions = Wanted;

export function withListOptions(command: Command): Command {
  return command
    .option('--limit <number>', 'how many, at most (else 50)', positiveNumber)
    .option('--cursor <cursor>', 'go on where a list ended')
    .addOption(new Option('--all', 'all there are').conflicts('limit'));
}

function positiveNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 on.');
  return Number(text);
}

/** Prints a list: with --json the service's pages as they come, a line each; else one table. */
export async function showPages<Item, Body extends { readonly nextCursor: string | null }>(
  context: Context,
  wanted: Wanted,
  ask: (page: PageRequest) => Promise<Answer<Body>>,
  itemsOf: (body: Body) => readonly Item[],
  inWords: (items: readonly Item[], last: Body) => string | Promise<string>,
): Promise<{ readonly items: readonly Item[]; readonly last: Body }> {
  const items: Item[] = [];
  let last: Body | undefined;
  for await (const { body, text } of pagesOf(wanted, ask, (page) => itemsOf(page).length)) {
    if (context.json) await context.print(`${text}\n`);
    items.push(...itemsOf(body));
    last = body;
  }
  if (last === undefined) throw new Error('A list has one page at least.');
  if (!context.json) {
    await context.print(await inWords(items, last));
    if (last.nextCursor !== null) context.tell(`There are more: --all, or --cursor ${last.nextCursor}`);
  }
  return { items, last };
}

/** Prints a list of items. @param nothing what is said where there is none */
export async function showList<Item>(
  context: Context,
  wanted: Wanted,
  ask: (page: PageRequest) => Promise<Answer<Page<Item>>>,
  columns: readonly Column<Item>[],
  nothing: string,
): Promise<void> {
  const { items } = await showPages(
    context,
    wanted,
    ask,
    (page: Page<Item>) => page.items,
    (found) => (found.length === 0 ? '' : table(found, columns, context.screen)),
  );
  if (items.length === 0 && !context.json) context.tell(nothing);
}
