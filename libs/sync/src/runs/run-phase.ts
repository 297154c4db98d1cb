/** What a run is at, where it takes longer than a moment. */
export const RUN_PHASES = [
  'queued',
  'token',
  'fetching',
  'waiting',
  'comparing',
  'deleting',
  'finishing',
] as const;
export type RunPhase = (typeof RUN_PHASES)[number];

/** Before a request is sent again; there is none where a first one waits for Google's quota. */
export interface RunWait {
  /** ISO 8601. */
  readonly until: string;
  /** How many tries there were. */
  readonly tryNumber: number;
  readonly of: number;
  /** Code of the failure. */
  readonly reason: string;
}

/** As the process that carries a run out has written it. */
export interface WrittenActivity {
  readonly phase: RunPhase;
  readonly wait: RunWait | null;
}
