/** A request with this header is the benchmark's: its answer is remembered, and it counts nowhere. */
export const RECALL = 'x-bench-recall';

/** What was asked for an account since it was last looked, without the benchmark's own requests. */
export interface GoogleCounters {
  readonly requests: number;
  readonly bytes: number;
  /** Of the requests, those that were not answered from memory. */
  readonly passedOn: number;
  /** How long each page from memory took, from the request to its last byte with the system, in ms. */
  readonly pageMs: readonly number[];
}
