import {
  type EntityName,
  type FilterQuery,
  type OrderDefinition,
  type SqlEntityManager,
} from '@mikro-orm/postgresql';
import { z } from 'zod';

import { cursorPart, decodeCursor } from './cursor.js';

export interface PageRequest {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** null on the last page. */
  readonly nextCursor: string | null;
}

/** The form of MikroORM's own cursors: the values of the columns that order the list. */
const TIME_AND_ID = z.tuple([cursorPart.time, cursorPart.id]);

/** From `$gte` on and before `$lt`. */
interface Range<Value> {
  readonly $gte?: Value;
  readonly $lt?: Value;
}

/** What a list is narrowed to; a member that is left out, or undefined, narrows nothing. */
type Narrowing<Entity> = { readonly [Name in keyof Entity]?: Entity[Name] | Range<Entity[Name]> | undefined };

/**
 * A page of a list that is ordered by a time and then by id, newest first.
 *
 * The time's column must have milliseconds (`timestamptz(3)`, or written from a Date), as the cursor has: it would pass
 * over rows of the same millisecond.
 *
 * @param orderBy the time's property, then `id`, both descending
 * @throws CodedError invalid-cursor
 */
export async function newestFirst<Entity extends { readonly id: string }>(
  em: SqlEntityManager,
  entity: EntityName<Entity>,
  narrowing: Narrowing<NoInfer<Entity>>,
  orderBy: OrderDefinition<NoInfer<Entity>>,
  page: PageRequest,
): Promise<Page<Entity>> {
  return keysetPage(em, entity, where(narrowing), { orderBy, place: TIME_AND_ID }, page);
}

/** @returns without what is undefined, which MikroORM would take for null */
function where<Entity>(narrowing: Narrowing<Entity>): FilterQuery<Entity> {
  const given = Object.entries(narrowing).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as FilterQuery<Entity>;
}

/** How a list is ordered, down to a column in which no two rows are alike, and what a place in it is made of. */
export interface ListOrder<Entity> {
  readonly orderBy: OrderDefinition<Entity>;
  readonly place: z.ZodType;
}

/**
 * A page of a list: the rows behind the last one shown, whatever has been added meanwhile. One query, without a count.
 *
 * @throws CodedError invalid-cursor
 */
async function keysetPage<Entity extends object>(
  em: SqlEntityManager,
  entity: EntityName<Entity>,
  filter: FilterQuery<NoInfer<Entity>>,
  { orderBy, place }: ListOrder<NoInfer<Entity>>,
  { limit, cursor }: PageRequest,
): Promise<Page<Entity>> {
  if (cursor !== undefined) decodeCursor(cursor, place);
  const page = await em.findByCursor(entity, {
    where: filter,
    orderBy,
    first: limit,
    ...(cursor === undefined ? {} : { after: cursor }),
    includeCount: false,
  });
  return { items: page.items, nextCursor: page.hasNextPage ? page.endCursor : null };
}
