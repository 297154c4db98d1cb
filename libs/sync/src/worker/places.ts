import { type PeopleSource } from '#google-people';

/** How long Google may keep a run waiting, its retries included, before its place is another's. */
const PATIENCE_MS = 2_000;

/**
 * The same for one that may have been kept waiting before: its process died in it, or its account failed last. A process
 * that dies leaves all that wait to the others, where they would hold every place together.
 */
const PATIENCE_AGAIN_MS = 250;

/** So many runs of a process wait without a place at most: each is a connection to Google and a lease to renew. */
const MOST_AWAY = 250;

/** What there is room for. */
export interface Room {
  readonly atMost: number;
  /** How many full syncs that the schedule asked for may be among them. */
  readonly fullAtMost: number;
}

/** Of a run, while it is carried out. */
export interface Place {
  /** It waits, and needs nothing meanwhile; it may end so. */
  leave(): void;
  /** It works again, whether or not there is room. */
  comeBack(): void;
  end(): void;
}

/**
 * The places of a process, for runs that work. A full sync may take minutes: those that the schedule asks for leave half
 * of the places to short ones. Who waits for Google for long leaves its place, so that accounts that Google does not
 * answer keep no others waiting.
 */
export class Places {
  private working = 0;
  private fullOnes = 0;
  private away = 0;
  private readonly mostFull: number;

  constructor(private readonly size: number) {
    this.mostFull = Math.ceil(size / 2);
  }

  get room(): Room {
    return {
      atMost: Math.max(0, this.size - this.working),
      fullAtMost: Math.max(0, this.mostFull - this.fullOnes),
    };
  }

  /** @param onRoom told when there is room again where there was none */
  take(isFull: boolean, onRoom: () => void): Place {
    let isAway = false;
    const change = (by: 1 | -1): void => {
      const wasShort = this.working >= this.size || (isFull && this.fullOnes >= this.mostFull);
      this.working += by;
      if (isFull) this.fullOnes += by;
      if (by === -1 && wasShort) onRoom();
    };
    const comeBack = (): void => {
      if (!isAway) return;
      isAway = false;
      this.away -= 1;
      change(1);
    };
    change(1);
    return {
      leave: () => {
        if (isAway || this.away >= MOST_AWAY) return;
        isAway = true;
        this.away += 1;
        change(-1);
      },
      comeBack,
      end: () => {
        if (isAway) this.away -= 1;
        else change(-1);
      },
    };
  }
}

/**
 * A source whose run leaves its place while Google keeps it waiting for long.
 *
 * @param again whether it may have been kept waiting before
 */
export function leavingPlace(source: PeopleSource, place: Place, again: boolean): PeopleSource {
  const patienceMs = again ? PATIENCE_AGAIN_MS : PATIENCE_MS;
  const waited = async <T>(answer: Promise<T>): Promise<T> => {
    const patience = setTimeout(() => {
      place.leave();
    }, patienceMs);
    try {
      return await answer;
    } finally {
      clearTimeout(patience);
      place.comeBack();
    }
  };
  return {
    fetchPage: (...asked) => waited(source.fetchPage(...asked)),
    lookUp: (...asked) => waited(source.lookUp(...asked)),
  };
}
