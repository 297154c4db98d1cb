import { AsyncLocalStorage } from 'node:async_hooks';

/** The run that work is done for. */
export interface RunInHand {
  readonly runId: string;
  readonly accountId: string;
  /** Of the call that asked for it; null: the schedule did. */
  readonly requestId: string | null;
}

const runs = new AsyncLocalStorage<RunInHand>();

/** Does work for a run: its lines of the log and its steps in a trace say so by themselves. */
export function forRun<T>(run: RunInHand, work: () => T): T {
  return runs.run(run, work);
}

export function runInHand(): RunInHand | null {
  return runs.getStore() ?? null;
}
