import { channel } from 'node:diagnostics_channel';

import { type RunMode, type RunStatistics } from '../runs/run.entity.js';

/** Tells each run whose lease this process took from one that no longer renewed it. */
export const RUN_TAKEOVERS = channel('contactstream:run-takeovers');

/** Tells each run that this process brought to its end, as a {@link RunEndMessage}. */
export const RUN_ENDS = channel('contactstream:run-ends');

export interface RunEndMessage {
  readonly mode: RunMode;
  /** `succeeded`, `held`, `cancelled`, or the code of the error that it failed with. */
  readonly outcome: string;
  /** From its start, which may have been in another process. */
  readonly seconds: number;
  /** Of the whole run, whoever did it. */
  readonly statistics: RunStatistics;
}
