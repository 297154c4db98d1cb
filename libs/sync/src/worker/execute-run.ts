import { ClientRefused, endsSignIn, isFinal, requestFingerprint } from '#google-people';
import { isPassing, type Lease, LeaseLost, traceRun } from '#platform';

import { LISTS } from '../lists/lists.js';
import { listPages } from '../pages/list-pages.js';
import { RunActivity } from '../runs/run-activity.js';
import { resumePages } from '../pages/resume-pages.js';
import { StoredPages } from '../pages/stored-pages.js';
import { type RunEnd } from '../runs/end-run.sql.js';
import { type RunToExecute } from '../runs/read-run.sql.js';
import { readTally } from '../runs/read-tally.sql.js';
import { RunCancelled } from '../runs/run-cancelled.js';
import { RunTally } from '../runs/run-tally.js';
import { type SyncDependencies } from '../runs/sync-dependencies.js';
import { contactEventsToAppend } from '../snapshots/decide-sightings.js';
import { failuresBefore, pauseAfter } from './failures-in-a-row.js';
import { abandonRun, finishRun } from './finish-run.js';
import { leavingPlace, type Place } from './places.js';
import { type QuietEnds } from './quiet-ends.js';
import { RUN_ENDS, type RunEndMessage } from './run-ends.js';
import { runFailure } from './run-failure.js';

/** What a process has for a run. */
interface Means {
  readonly lease: Lease;
  readonly place: Place;
  readonly quietEnds: QuietEnds;
}

/**
 * Takes a run from where it stands to its end: first its pages, each in a transaction of its own, then
 * {@link finishRun}. It can be called for a run that another process left.
 *
 * @param signal stops it between two transactions, with the run left to be resumed, or over if it was cancelled
 * @throws LeaseLost, or what the database throws when it fails for a moment ({@link isPassing}); the run is left as its
 * last transaction left it, to be called for again
 */
export async function executeRun(
  dependencies: SyncDependencies,
  { isNew, run, list, account }: RunToExecute,
  { lease, place, quietEnds }: Means,
  signal: AbortSignal,
): Promise<void> {
  const { grants, sources, deletionGuard, log } = dependencies;
  const em = dependencies.em.fork();
  const activity = new RunActivity(dependencies.em, lease, run, log);
  const startedAt = run.startedAt ?? new Date();
  const ended = (outcome: string, error: string | null = null): void => {
    const seconds = Math.max(0, Date.now() - startedAt.getTime()) / 1_000;
    const { mode, statistics, trigger } = run;
    RUN_ENDS.publish({ mode, outcome, seconds, statistics } satisfies RunEndMessage);
    traceRun(() => ({
      runId: run.id,
      startedAt,
      attributes: {
        'contactstream.run.id': run.id,
        'contactstream.account.id': run.accountId,
        'contactstream.run.mode': mode,
        'contactstream.run.trigger': trigger,
        'contactstream.run.outcome': outcome,
        'contactstream.run.pages': statistics.pages,
      },
      error,
    }));
  };
  try {
    if (run.cancelRequested) throw new RunCancelled();
    const description = LISTS[run.list];
    const known = await grants.identified(account, sources, signal);
    const opened = sources.open(grants.grantOf(known), description.source);
    const source = leavingPlace(opened, place, !isNew || list.failures > 0);
    const settings = {
      requestFingerprint: requestFingerprint(description.source, sources.pageSize),
      deletionGuard,
    };
    const tally = isNew ? new RunTally() : await readTally(em, run);
    const context = { em, lease, run, list, tally, append: contactEventsToAppend, settings };
    const endQuietly = async (end: RunEnd): Promise<void> => {
      place.leave();
      await quietEnds.end(end).catch((error: unknown) => {
        place.comeBack();
        throw error;
      });
    };
    const sink = isNew
      ? new StoredPages(context, description, 0, endQuietly)
      : await resumePages(context, description, endQuietly);
    const { pageSize } = sources;
    await listPages({ source, pageSize, description, sink, activity, log }, signal);
    await finishRun(context, { source, description, activity, log }, signal);
    lease.isReleased = true;
    ended(run.holdReason == null ? 'succeeded' : 'held');
    log.info(
      { mode: run.mode, fallbackReason: run.fallbackReason, holdReason: run.holdReason, ...run.statistics },
      run.holdReason == null ? 'sync run succeeded' : 'sync run holds deletions for approval',
    );
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : error;
    if (reason instanceof RunCancelled) {
      log.info('sync run cancelled');
      await abandonRun({ em, lease, run }, 'cancelled', null);
      ended('cancelled');
      return;
    }
    if (signal.aborted || error instanceof LeaseLost || isPassing(error)) throw error;
    const failure = { ...runFailure(error), isFinal: isFinal(error) };
    if (endsSignIn(error)) await grants.needsSignIn(run.accountId);
    const earlier = await failuresBefore(em.fork(), run);
    // What all accounts have in common is told once for all of them.
    const isTold = error instanceof ClientRefused || earlier[0] === failure.code;
    if (failure.code === 'internal-error') log.error({ err: error }, 'sync run failed');
    else log[isTold ? 'debug' : 'warn']({ code: failure.code, reason: failure.detail }, 'sync run failed');
    await abandonRun({ em, lease, run }, 'failed', failure, pauseAfter(earlier.length + 1));
    ended(failure.code, failure.code);
  } finally {
    await activity.close();
  }
}
