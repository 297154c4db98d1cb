import { type StoredEvent } from '../stored-event.js';

/** The end of the log in memory: every event of it, and no more than so many, or so many bytes of data. */
export class RecentEvents {
  private readonly events: StoredEvent[] = [];
  private bytes = 0;

  /** @param floor what lies at or below it is not held */
  constructor(
    private floor: bigint,
    private readonly most: { readonly events: number; readonly bytes: number },
  ) {
    this.head = floor;
  }

  /** The position up to which the log was read. */
  head: bigint;

  /** @param events the next ones of the log */
  add(events: readonly StoredEvent[]): void {
    for (const event of events) {
      this.events.push(event);
      this.bytes += sizeOf(event);
      this.head = event.position;
    }
    let surplus = 0;
    while (this.events.length - surplus > this.most.events || this.bytes > this.most.bytes) {
      const event = this.events[surplus];
      if (event === undefined) break;
      surplus += 1;
      this.bytes -= sizeOf(event);
      this.floor = event.position;
    }
    this.events.splice(0, surplus);
  }

  /** The events behind a position; null where some of them are not held. */
  after(position: bigint): readonly StoredEvent[] | null {
    if (position < this.floor) return null;
    const first = this.events.findLastIndex((event) => event.position <= position) + 1;
    return first === this.events.length ? NONE : this.events.slice(first);
  }
}

const NONE: readonly StoredEvent[] = [];

function sizeOf({ data }: StoredEvent): number {
  return data?.length ?? 0;
}
