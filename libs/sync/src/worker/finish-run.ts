import { askAboutAbsent, type Asking } from '../absences/ask-about-absent.js';
import { deleteContacts } from '../deletions/delete-contacts.js';
import { deletedInGoogle } from '../deletions/deleted-in-google.sql.js';
import { replaceHeld } from '../deletions/held-deletions.sql.js';
import { holdReason, listIsWhole } from '../deletions/hold-reason.js';
import { readListFacts } from '../deletions/read-list-facts.sql.js';
import { supersedeGone } from '../quarantine/supersede-gone.sql.js';
import { runEnded, type RunFailure, successfulEnd, unsuccessfulEnd } from '../runs/end-run.sql.js';
import { changeUnderLease } from '#platform';
import { Comparison } from '../runs/page-timing.js';
import { type RunContext } from '../runs/run-context.js';
import { isOver } from '../runs/run.entity.js';

/**
 * Ends a run whose list is complete: explicit deletions, after a full sync also the absent contacts that Google says are
 * gone, unless they have to be held, and last, in the statement that ends the run, the new sync token. Every step may be
 * repeated, so after a crash the end simply begins again. A run that ends with its pages ({@link endsWithItsPages}) is
 * over by now.
 *
 * @throws LeaseLost, the signal's reason while Google is asked
 */
export async function finishRun(context: RunContext, asking: Asking, signal: AbortSignal): Promise<void> {
  const { em, lease, run, list, tally, settings } = context;
  const { activity } = asking;
  if (isOver(run)) return;
  if (tally.sawTombstones) {
    activity.enter('deleting');
    await deleteContacts(context, await deletedInGoogle(em, run, list.epoch), 'deleted-in-google');
  }
  let held: readonly string[] = [];
  let whole = false;
  let compared: Comparison | null = null;
  if (run.mode === 'full') {
    activity.enter('comparing');
    compared = new Comparison();
    const gone = await askAboutAbsent(context, asking, signal);
    compared.isOver();
    activity.enter('deleting');
    const facts = await readListFacts(em, run, list.epoch, gone.length);
    run.holdReason = holdReason(facts, settings.deletionGuard);
    whole = run.holdReason === null && listIsWhole(facts);
    if (run.holdReason === null) await deleteContacts(context, gone, 'absent-from-full-sync');
    else held = gone;
  }
  run.heldDeletions = held.length > 0 ? held.length : null;
  activity.enter('finishing');
  await changeUnderLease(
    em,
    lease,
    [
      ...successfulEnd([{ ...context, comparison: compared }], []),
      supersedeGone(run, list.epoch, whole),
      ...(run.mode === 'full' ? replaceHeld(run, held) : []),
    ],
    [runEnded(run)],
  );
}

/**
 * Ends a run without success.
 *
 * @param pauseSeconds before the schedule asks again, at least
 */
export async function abandonRun(
  context: Pick<RunContext, 'em' | 'lease' | 'run'>,
  state: 'failed' | 'cancelled',
  failure: RunFailure | null,
  pauseSeconds = 0,
): Promise<void> {
  const { em, lease, run } = context;
  await changeUnderLease(em, lease, unsuccessfulEnd(context, state, failure, pauseSeconds), [runEnded(run)]);
}
