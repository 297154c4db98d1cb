import { type Recorder } from '../../harness/recorder.js';
import { summarise } from '../../harness/statistics.js';
import { type GoogleCounters } from './protocol.js';

export const GOOGLES_TIME = 'the recorded Google, its own time for a page';

/** Says how long whoever was measured waited for Google, and how often for the simulator behind it. */
export function recordGoogle(
  recorder: Recorder,
  setting: string,
  { requests, passedOn, pageMs }: GoogleCounters,
): void {
  recorder.note(
    `Of ${requests} requests to Google that were measured, ${passedOn} were not answered from memory.`,
    setting,
  );
  if (pageMs.length === 0) return;
  recorder.add(setting, GOOGLES_TIME, 'ms', summarise(pageMs).median);
  recorder.figure({ setting, subject: GOOGLES_TIME }, { atMost: 1 });
}
