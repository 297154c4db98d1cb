import { type CloudEvent } from '../../api/answers.js';
import { type EventFilter, eventsBefore, filterQuery, passes } from '../../api/events.js';
import { BASE } from '../../base.js';
import { type StreamEvent } from '../../live/event-stream.js';
import { follow } from '../../live/follow.js';
import { Store } from '../../live/store.js';

/** So many rows are in the page, however long it has been open. */
const MOST_ROWS = 500;
const FIRST_ROWS = 100;
/** Rows are drawn four times a second at most. */
const DRAW_EVERY_MS = 250;

export interface TailState {
  /** Newest first. */
  readonly rows: readonly CloudEvent[];
  /** How many wait to be shown; null: some, nobody has counted them. */
  readonly newer: number | null;
  /** Ahead of which position one would look further back; null: nothing is there. */
  readonly olderBefore: bigint | null;
  /** The last position that is known; null: not known. */
  readonly end: bigint | null;
  readonly isLoading: boolean;
  readonly error: unknown;
}

const EMPTY: TailState = { rows: [], newer: 0, olderBefore: null, end: null, isLoading: true, error: null };

/** The end of the log as it grows: what is shown of it, and what waits because somebody reads. */
export class Tail {
  readonly state = new Store<TailState>(EMPTY);
  private rows: readonly CloudEvent[] = [];
  /** Oldest first; the newest of those that wait. */
  private waiting: CloudEvent[] = [];
  private olderBefore: bigint | null = null;
  private end: bigint | null = null;
  private isLoading = true;
  private error: unknown = null;
  /** What is shown does not reach to what waits. */
  private isBehind = false;
  private isTouched = false;
  private drawing: ReturnType<typeof setTimeout> | undefined;
  private loading = new AbortController();

  /** @param before shows what is ahead of this position, and holds; null: the end */
  constructor(
    private readonly filter: EventFilter,
    private before: bigint | null,
  ) {}

  /** @returns what ends it */
  start(): () => void {
    const query = new URLSearchParams(filterQuery(this.filter));
    const stop = follow({
      url: () => `${BASE}/api/events/stream${query.size > 0 ? `?${query}` : ''}`,
      onEvent: (event) => {
        this.hear(event);
      },
      onOpen: () => {
        if (this.error === null) return;
        this.error = null;
        this.draw();
      },
      onFull: () => {
        this.fail(
          'New events do not show: the service has no room for another live connection. The page asks again by itself.',
        );
      },
      onRefused: (status) => {
        this.fail(`The service answered ${status} when it was asked to stream events.`);
      },
    });
    return () => {
      stop();
      clearTimeout(this.drawing);
      this.loading.abort();
    };
  }

  /** Somebody points at the rows, or is among them: nothing may move. */
  touch(isTouched: boolean): void {
    this.isTouched = isTouched;
    if (!isTouched) this.letGo();
  }

  /** @param before holds what is ahead of this position; null: goes on at the end */
  hold(before: bigint | null): void {
    if (before === this.before) return;
    this.before = before;
    // Whoever goes on wants to see it, wherever the pointer is.
    if (before === null) this.showNewer();
    else if (!this.isBehind && this.rows[0] !== undefined && BigInt(this.rows[0].position) + 1n === before)
      this.draw();
    else void this.load(before);
  }

  /** Shows what waits, whoever is at the rows. */
  showNewer(): void {
    if (this.isBehind) {
      if (this.end !== null) void this.load(this.end + 1n);
      return;
    }
    const fresh = this.waiting.toReversed();
    this.waiting = [];
    const rows = [...fresh, ...this.rows];
    const [oldest] = rows.slice(MOST_ROWS - 1);
    if (rows.length > MOST_ROWS && oldest !== undefined) this.olderBefore = BigInt(oldest.position);
    this.rows = rows.slice(0, MOST_ROWS);
    this.draw();
  }

  private fail(why: string): void {
    this.error = new Error(why);
    this.isLoading = false;
    this.draw();
  }

  private letGo(): void {
    if (this.before === null && !this.isTouched) this.showNewer();
  }

  private hear({ type, data }: StreamEvent): void {
    if (type === 'start') {
      const { position } = JSON.parse(data) as { position: string };
      this.end = BigInt(position);
      void this.load(this.before ?? this.end + 1n);
    } else if (type === 'ContactUpdated' || type === 'ContactDeleted') {
      const event = JSON.parse(data) as CloudEvent;
      this.end = BigInt(event.position);
      if (!passes(this.filter, event)) return;
      this.waiting.push(event);
      if (this.waiting.length > MOST_ROWS) this.waiting.shift();
      this.drawSoon();
    }
  }

  private async load(before: bigint): Promise<void> {
    this.loading.abort();
    this.loading = new AbortController();
    const { signal } = this.loading;
    this.isLoading = true;
    this.error = null;
    this.draw();
    try {
      const { events, lookedFrom } = await eventsBefore(before, this.filter, FIRST_ROWS, signal);
      this.rows = events;
      this.olderBefore = lookedFrom;
      this.waiting = this.waiting.filter(({ position }) => BigInt(position) >= before);
      const first = this.waiting[0];
      // What came meanwhile follows at once on what was loaded, unless that ends earlier.
      this.isBehind =
        this.end !== null && before <= this.end && (first === undefined || BigInt(first.position) !== before);
    } catch (error) {
      if (signal.aborted) return;
      this.error = error;
    }
    this.isLoading = false;
    this.draw();
    this.letGo();
  }

  private drawSoon(): void {
    this.drawing ??= setTimeout(() => {
      this.drawing = undefined;
      if (this.before === null && !this.isTouched && !this.isLoading && !this.isBehind) this.showNewer();
      else this.draw();
    }, DRAW_EVERY_MS);
  }

  private draw(): void {
    const { rows, waiting, olderBefore, end, isLoading, error, isBehind } = this;
    this.state.set({ rows, newer: isBehind ? null : waiting.length, olderBefore, end, isLoading, error });
  }
}
