import { type ContactView } from '#contact-events';
import { type ContactListRequest, type ContactQueries } from '#read-model';

/** What {@link ContactQueries.get} answers with, read. */
export async function shownContact(queries: ContactQueries, id: string): Promise<ContactView | null> {
  const known = await queries.get(id);
  return known === null ? null : (JSON.parse(known.document) as ContactView);
}

/** What {@link ContactQueries.list} answers with, read. */
export async function shownList(
  queries: ContactQueries,
  request: ContactListRequest,
): Promise<{ items: ContactView[]; nextCursor: string | null }> {
  const { items, nextCursor } = await queries.list(request);
  return { items: items.map((document) => JSON.parse(document) as ContactView), nextCursor };
}
