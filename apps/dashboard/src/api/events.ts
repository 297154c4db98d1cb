import { type CloudEvent } from './answers.js';
import { api, bodyOf } from './client.js';

/** Which events; `field` is looked for here, the rest by the service. */
export interface EventFilter {
  readonly accountId: string | null;
  readonly contactId: string | null;
  readonly type: CloudEvent['type'] | null;
  /** A member of a contact that has to be among the changed ones. */
  readonly field: string | null;
}

interface EventPage {
  readonly items: readonly CloudEvent[];
  readonly nextBefore?: string | null;
}

export function passes({ field }: EventFilter, { data }: CloudEvent): boolean {
  return field === null || (Array.isArray(data.changedFields) && data.changedFields.includes(field));
}

const TYPES = ['ContactUpdated', 'ContactDeleted'] as const;

/** @returns null for what is no type of an event */
export function typeIn(text: string | null): CloudEvent['type'] | null {
  return TYPES.find((type) => type === text) ?? null;
}

/** What the service is asked for by a filter. */
export function filterQuery({ accountId, contactId, type }: EventFilter): {
  accountId?: string;
  contactId?: string;
  type?: CloudEvent['type'];
} {
  return {
    ...(accountId !== null && { accountId }),
    ...(contactId !== null && { contactId }),
    ...(type !== null && { type }),
  };
}

/** What is looked for here may be rare: then one looks at so many pages, and further back when that is asked for. */
const MOST_PAGES = 5;

export interface Earlier {
  /** Newest first. */
  readonly events: readonly CloudEvent[];
  /** Where to look further back; null: there is nothing earlier. */
  readonly lookedFrom: bigint | null;
}

/** The last events ahead of a position. */
export async function eventsBefore(
  before: bigint,
  filter: EventFilter,
  most: number,
  signal: AbortSignal,
): Promise<Earlier> {
  const limit = filter.field === null ? String(most) : '500';
  let found: readonly CloudEvent[] = [];
  let next: string | null = String(before);
  for (let pages = 0; pages < MOST_PAGES && next !== null && found.length < most; pages++) {
    const query = { before: next, limit, ...filterQuery(filter) };
    const page: EventPage = await bodyOf(api.GET('/api/events', { params: { query }, signal }));
    found = [...found, ...page.items.filter((event) => passes(filter, event))];
    next = page.nextBefore ?? null;
  }
  const events = found.slice(0, most);
  const oldest = events.at(-1);
  const isCut = found.length > events.length && oldest !== undefined;
  const lookedFrom = isCut ? oldest.position : next;
  return { events, lookedFrom: lookedFrom === null ? null : BigInt(lookedFrom) };
}

/** @throws Problem; null: there is none at this position, or it is of another account */
export async function eventAt(position: string, signal: AbortSignal): Promise<CloudEvent | null> {
  const after = String(BigInt(position) - 1n);
  const { items } = await bodyOf(
    api.GET('/api/events', { params: { query: { after, limit: '1' } }, signal }),
  );
  return items.find((event) => event.position === position) ?? null;
}
