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
  readonly nextAfter: string | null;
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

/** The log is read forwards alone: one looks back a piece, and a larger one where it held too few. */
const FIRST_PIECE = 120n;
const GROWTH = 8n;
const MOST_PIECES = 5;

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
  let found: CloudEvent[] = [];
  let until = before;
  let piece = FIRST_PIECE;
  for (let pieces = 0; pieces < MOST_PIECES && until > 1n && found.length < most; pieces++) {
    const from = until - 1n > piece ? until - 1n - piece : 0n;
    found = [...(await eventsBetween(from, until, filter, most, signal)), ...found];
    until = from + 1n;
    piece *= GROWTH;
  }
  const events = found.slice(-most).toReversed();
  const oldest = events.at(-1);
  const isCut = found.length > events.length;
  const next = isCut && oldest !== undefined ? BigInt(oldest.position) : until;
  return { events, lookedFrom: next > 1n ? next : null };
}

/** The last events behind `after` and ahead of `before`, oldest first. */
async function eventsBetween(
  after: bigint,
  before: bigint,
  filter: EventFilter,
  most: number,
  signal: AbortSignal,
): Promise<CloudEvent[]> {
  let found: CloudEvent[] = [];
  for (let at: string | null = String(after); at !== null;) {
    const query = { after: at, limit: '500', ...filterQuery(filter) };
    const page: EventPage = await bodyOf(api.GET('/api/events', { params: { query }, signal }));
    const within = page.items.filter(({ position }) => BigInt(position) < before);
    found = [...found, ...within.filter((event) => passes(filter, event))].slice(-most - 1);
    at = within.length < page.items.length ? null : page.nextAfter;
  }
  return found;
}

/** @throws Problem; null: there is none at this position, or it is of another account */
export async function eventAt(position: string, signal: AbortSignal): Promise<CloudEvent | null> {
  const after = String(BigInt(position) - 1n);
  const { items } = await bodyOf(
    api.GET('/api/events', { params: { query: { after, limit: '1' } }, signal }),
  );
  return items.find((event) => event.position === position) ?? null;
}
