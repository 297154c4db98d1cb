/** After so long without renewal a lease may be taken over: its holder crashed or is stopped. */
export const LEASE_MS = 30_000;

/**
 * A right that one process at a time has (docs/adr/0009-one-writer-an-account.md). It lasts until it is released, or
 * until it has run out and another process takes it over.
 */
export interface Lease {
  /** What it is the right to: `account <id>`, `relay <events topic>`, `rebuild <projection>`. */
  readonly name: string;
  /** Rises with every holder, and when one begins again; a statement under an older one is refused. */
  fencingToken: string;
  /** How long it lasts without renewal. */
  readonly durationMs: number;
  /** Set by its holder once it is released together with other changes. */
  isReleased?: boolean;
}

/** The lease was released or taken over; nothing of this statement or transaction is stored. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';

  constructor(readonly lease: string) {
    super(`The lease "${lease}" was released, or another process has taken it over`);
  }
}
