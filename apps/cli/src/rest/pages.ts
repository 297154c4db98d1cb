import { type Answer } from './service.js';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** What the service is asked for. */
export interface PageRequest {
  readonly limit?: string;
  readonly cursor?: string;
}

/** How much of a list is wanted: without a limit, as much as the service gives at once. */
export interface Wanted {
  readonly limit?: number;
  readonly cursor?: string;
  readonly all?: boolean;
}

/** How many the service gives at once, at most. */
const LARGEST_PAGE = 500;

/** Asks for pages until there are as many items as wanted. @returns the pages, each as soon as it is there */
export async function* pagesOf<Body extends { readonly nextCursor: string | null }>(
  { limit, cursor, all = false }: Wanted,
  ask: (page: PageRequest) => Promise<Answer<Body>>,
  sizeOf: (body: Body) => number,
): AsyncGenerator<Answer<Body>> {
  let missing = all ? Infinity : limit;
  let next = cursor;
  do {
    const answer = await ask({
      ...(missing !== undefined && { limit: String(Math.min(LARGEST_PAGE, missing)) }),
      ...(next !== undefined && { cursor: next }),
    });
    yield answer;
    missing = (missing ?? 0) - sizeOf(answer.body);
    next = answer.body.nextCursor ?? undefined;
  } while (next !== undefined && missing > 0);
}

/** Every item of a list. */
export async function allItems<Item>(
  ask: (page: PageRequest) => Promise<Answer<Page<Item>>>,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const { body } of pagesOf({ all: true }, ask, (page) => page.items.length))
    items.push(...body.items);
  return items;
}
