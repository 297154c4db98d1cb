/** An event that is to be appended. */
export interface NewEvent {
  /** The stream that it belongs to: for contacts, the contact's id. */
  readonly streamId: string;
  /** Its place in the stream, 1, 2, 3, …; two writers that claim the same one collide in the unique constraint. */
  readonly version: number;
  readonly accountId: string;
  readonly type: string;
  /** JSON, kept to the byte. */
  readonly data: string;
  /** What the write side needs to rebuild its own state and is not published. */
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly runId: string;
  /** ISO 8601. */
  readonly occurredAt: string;
}

/** An event at its place in the log. */
export interface StoredEvent extends Omit<NewEvent, 'data'> {
  /** JSON, to the byte; null where it was removed: then the event is a skeleton, which only keeps its place. */
  readonly data: string | null;
  /** Global position: a later commit has a higher one (docs/adr/0003-position-order-is-commit-order.md). */
  readonly position: bigint;
}

/** An event that has its data. */
export type WholeEvent = StoredEvent & { readonly data: string };

/** Whether it is no skeleton. */
export function isWhole<Event extends Pick<StoredEvent, 'data'>>(
  event: Event,
): event is Event & { readonly data: string } {
  return event.data !== null;
}
