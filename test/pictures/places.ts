/** When the pictures are taken. */
export const NOW = '2026-11-24T14:32:07Z';

export const TOKENS = {
  ops: 'ops-may-do-everything-0123456789',
  ines: 'ines-may-do-everything-012345678',
  'night-shift': 'night-shift-operates-0123456789',
} as const;

/** What the scenes open, by its id. */
export interface Places {
  readonly account: string;
  readonly signInNeeded: string;
  readonly doneRun: string;
  readonly heldRun: string;
  readonly liveRun: string;
  readonly failedRun: string;
  readonly contact: string;
  readonly event: string;
  readonly quarantined: string;
}
