import { type Fault, type FaultOf, type FaultOrder } from './fault-schema.js';

/** What faults look at in a request. */
export interface FaultPlace {
  readonly where: FaultOrder['where'];
  readonly account: string;
  readonly page?: number;
  readonly incremental?: boolean;
}

export type BookedFault = FaultOrder & {
  readonly id: number;
  readonly account: string;
  /** How often it will still strike. */
  left: number;
  /** Requests that matched its place so far. */
  seen: number;
};

const ANSWERS_INSTEAD: readonly Fault['kind'][] = ['status', 'hang', 'reset', 'html', 'redirect'];

/** The faults that will still strike. They are kept in memory: a restart ends them all. */
export class FaultBook {
  private readonly booked: BookedFault[] = [];
  private lastId = 0;
  struck = 0;

  add(account: string, order: FaultOrder): BookedFault {
    const fault = { ...order, id: ++this.lastId, account, left: order.times, seen: 0 };
    this.booked.push(fault);
    return fault;
  }

  list(account: string): BookedFault[] {
    return this.booked.filter((fault) => fault.account === account);
  }

  clear(account: string): void {
    const others = this.booked.filter((fault) => fault.account !== account);
    this.booked.splice(0, this.booked.length, ...others);
  }

  /** The faults that strike this request. Of those that answer instead of the simulator only the first does. */
  take(place: FaultPlace): StruckFaults {
    const taken: Fault[] = [];
    for (const booked of this.booked) {
      if (!matches(booked, place)) continue;
      booked.seen++;
      if (booked.when.nth !== undefined && booked.seen < booked.when.nth) continue;
      const terminal = ANSWERS_INSTEAD.includes(booked.fault.kind);
      if (terminal && taken.some(({ kind }) => ANSWERS_INSTEAD.includes(kind))) continue;
      booked.left--;
      this.struck++;
      taken.push(booked.fault);
    }
    const left = this.booked.filter((fault) => fault.left > 0);
    if (left.length < this.booked.length) this.booked.splice(0, this.booked.length, ...left);
    return new StruckFaults(taken);
  }
}

/** The faults of one request. */
export class StruckFaults {
  constructor(private readonly faults: readonly Fault[]) {}

  one<Kind extends Fault['kind']>(kind: Kind): FaultOf<Kind> | undefined {
    return this.faults.find((fault): fault is FaultOf<Kind> => fault.kind === kind);
  }

  all<Kind extends Fault['kind']>(kind: Kind): FaultOf<Kind>[] {
    return this.faults.filter((fault): fault is FaultOf<Kind> => fault.kind === kind);
  }
}

export const NO_FAULTS = new StruckFaults([]);

function matches({ where, account, when }: BookedFault, place: FaultPlace): boolean {
  if (where !== place.where || account !== place.account) return false;
  if (when.page !== undefined && when.page !== place.page) return false;
  if (when.syncOnly === true && place.incremental !== true) return false;
  return !(when.fullOnly === true && place.incremental !== false);
}
