import { SignInNeeded } from '#google-people';
import { isPassing, type Lease, LeaseLost } from '#platform';

import { contactEventsToAppend } from '../snapshots/contact-events-to-append.js';
import { beginRun, chooseMode } from './begin-run.js';
import { abandonRun, finishRun } from './finish-run.js';
import { listPages } from '../pages/list-pages.js';
import { readRunAndAccount } from '../runs/read-run.js';
import { readTally } from '../runs/read-tally.js';
import { RunCancelled } from '../runs/run-cancelled.js';
import { runFailure } from './run-failure.js';
import { type SyncDependencies } from '../runs/sync-dependencies.js';
import { RunTally } from '../runs/run-tally.js';
import { isOver } from '../runs/run.entity.js';
import { StoredPages } from '../pages/stored-pages.js';

/**
 * Takes a run from where it stands to its end: first its pages, each in a transaction of its own, then
 * {@link finishRun}. It can be called for a run that another process left.
 *
 * @param signal stops it between two transactions, with the run left to be resumed, or over if it was cancelled
 * @throws LeaseLost, or what the database throws when it fails for a moment ({@link isPassing}); the run is left as its
 * last transaction left it, to be called for again
 */
export async function executeRun(
  resources: SyncDependencies,
  runId: string,
  lease: Lease,
  signal: AbortSignal,
): Promise<void> {
  const { accounts, sources, deletionGuard } = resources;
  const em = resources.em.fork();
  const read = await readRunAndAccount(em, runId);
  // It may have ended, or its account may have gone, since it was looked for.
  if (read === null || isOver(read.run)) return;
  const { run, account } = read;
  const log = resources.log.child({ runId, accountId: run.accountId });
  try {
    if (run.cancelRequested) throw new RunCancelled();
    const source = sources.open(accounts.refreshTokenOf(account));
    const isNew = run.state === 'queued';
    if (isNew) chooseMode(run, account, sources.requestFingerprint);
    const tally = isNew ? new RunTally() : await readTally(em, run);
    const settings = { requestFingerprint: sources.requestFingerprint, deletionGuard };
    const context = { em, lease, run, tally, append: contactEventsToAppend, settings };
    const pages = isNew ? StoredPages.none(context) : await StoredPages.resume(context);
    const begun = isNew ? beginRun(em, lease, run) : Promise.resolve();
    await listPages(source, sources.pageSize, pages, begun, log, signal);
    await finishRun(context);
    lease.isReleased = true;
    log.info(
      { mode: run.mode, fallbackReason: run.fallbackReason, holdReason: run.holdReason, ...run.statistics },
      run.holdReason == null ? 'sync run succeeded' : 'sync run holds deletions for approval',
    );
  } catch (error) {
    const reason: unknown = signal.aborted ? signal.reason : error;
    if (reason instanceof RunCancelled) {
      log.info('sync run cancelled');
      await abandonRun({ em, lease, run }, 'cancelled', null);
      return;
    }
    if (signal.aborted || error instanceof LeaseLost || isPassing(error)) throw error;
    const failure = runFailure(error);
    if (error instanceof SignInNeeded) await accounts.needsSignIn(run.accountId);
    if (failure.code === 'internal-error') log.error({ err: error }, 'sync run failed');
    else log.warn({ code: failure.code, reason: failure.detail }, 'sync run failed');
    await abandonRun({ em, lease, run }, 'failed', failure);
  }
}
