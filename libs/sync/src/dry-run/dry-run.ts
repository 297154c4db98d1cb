import { type Account } from '#accounts';
import { type ContactEvent } from '#contact';
import { endsSignIn, type NameAnswer, type PeopleSource, requestFingerprint } from '#google-people';

import { lookUpNames } from '../absences/look-up-names.js';
import { absentContacts } from '../deletions/absent-contacts.sql.js';
import { LISTS } from '../lists/lists.js';
import { type ReadPage } from '../pages/list-description.js';
import { listPages, type PageProgress, type PageSink } from '../pages/list-pages.js';
import { StoredPages } from '../pages/stored-pages.js';
import { UNSEEN } from '../runs/run-activity.js';
import { type Lease } from '#platform';
import { endRuns } from '../runs/end-run.sql.js';
import { newRun } from '../runs/new-run.js';
import { type RunContext } from '../runs/run-context.js';
import { RunTally } from '../runs/run-tally.js';
import { type FallbackReason, type RequestedMode, type Run, RunEntity } from '../runs/run.entity.js';
import { type SyncDependencies } from '../runs/sync-dependencies.js';
import { type SyncList } from '../runs/sync-list.entity.js';
import { readListToBegin } from './read-list-to-begin.sql.js';
import { finishRun } from '../worker/finish-run.js';
import { RunFailed, runFailure } from '../worker/run-failure.js';

/** What a run would do. */
export interface DryRun {
  readonly run: Run;
  readonly events: readonly ContactEvent[];
}

/** Ends the transaction of a dry run, which must never commit. */
class RolledBack extends Error {}

/**
 * A dry run. It asks Google first, for the pages and then about whoever they do not show, and goes through the very
 * same statements as a real run, in a transaction that is rolled back, except that its events are collected instead of
 * appended: the append's lock would keep every other account waiting.
 *
 * @throws RunFailed where a real run would fail
 */
export async function dryRun(
  dependencies: SyncDependencies,
  account: Account,
  requestedMode: RequestedMode,
  lease: Lease,
  signal: AbortSignal,
): Promise<DryRun> {
  const { grants, sources, deletionGuard, log } = dependencies;
  const em = dependencies.em.fork();
  const run = newRun(em, { accountId: account.id, requestedMode, trigger: 'manual', requestId: null });
  run.startedAt = run.queuedAt;
  const description = LISTS[run.list];
  const settings = {
    requestFingerprint: requestFingerprint(description.source, sources.pageSize),
    deletionGuard,
  };
  const begun = await readListToBegin(em, run, settings.requestFingerprint);
  Object.assign(run, begun.chosen);
  const { list } = begun;
  const pages = new RememberedPages(run, list);
  let source: PeopleSource;
  try {
    const known = await grants.identified(account, sources, signal);
    source = sources.open(grants.grantOf(known), description.source);
    await listPages(
      { source, pageSize: sources.pageSize, description, sink: pages, activity: UNSEEN, log },
      signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    if (endsSignIn(error)) await grants.needsSignIn(account.id);
    throw new RunFailed(runFailure(error), { cause: error });
  }
  const events: ContactEvent[] = [];
  const append = (more: readonly ContactEvent[]): [] => {
    events.push(...more);
    return [];
  };
  /** Stores the pages, does what is to be done behind them, and takes everything back. */
  const rehearse = async (work: (context: RunContext) => Promise<void>): Promise<void> => {
    events.length = 0;
    try {
      await dependencies.em.fork().transactional(async (tx) => {
        // As one that is over: a run that is asked for meanwhile waits for the lease, and must not collide with this row.
        await tx.insert(RunEntity, { ...run, state: 'cancelled' });
        const context = { em: tx, lease, run, list, tally: new RunTally(), append, settings };
        const stored = new StoredPages(context, description, 0, (end) => endRuns(tx, [end]));
        for (const { page, progress } of pages.all) await stored.add(copyOf(page), progress);
        await work(context);
        throw new RolledBack();
      });
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
    }
  };
  const answers = new RememberedAnswers();
  const finish = (context: RunContext) =>
    finishRun(context, { source: answers, description, activity: UNSEEN, log }, signal);
  const names = new Set<string>();
  await rehearse(async (context) => {
    const absent = run.mode === 'full' ? await absentContacts(context.em, run, list) : [];
    for (const { resourceName } of absent) names.add(resourceName);
    if (names.size === 0) await finish(context);
  });
  if (names.size > 0) {
    for await (const more of lookUpNames(source, [...names], log, signal, UNSEEN)) answers.add(more);
    await rehearse(finish);
  }
  return { run, events };
}

/** What Google answered before the transaction began. */
class RememberedAnswers {
  private readonly answers = new Map<string, NameAnswer>();

  add(answers: ReadonlyMap<string, NameAnswer>): void {
    for (const [name, answer] of answers) this.answers.set(name, answer);
  }

  lookUp(names: readonly string[]): Promise<ReadonlyMap<string, NameAnswer>> {
    return Promise.resolve(
      new Map(names.map((name) => [name, this.answers.get(name) ?? { kind: 'unknown' }])),
    );
  }
}

/** Storing a page takes its persons out. */
function copyOf(page: ReadPage): ReadPage {
  return { ...page, shown: [...page.shown] };
}

class RememberedPages implements PageSink {
  all: { page: ReadPage; progress: PageProgress }[] = [];

  constructor(
    readonly run: Run,
    readonly list: SyncList,
  ) {}

  get count(): number {
    return this.all.length;
  }

  beginEpoch(fallbackReason: FallbackReason | null): Promise<void> {
    this.all = [];
    this.list.nextPageToken = null;
    if (fallbackReason !== null) {
      this.run.mode = 'full';
      this.run.fallbackReason = fallbackReason;
    }
    return Promise.resolve();
  }

  add(page: ReadPage, progress: PageProgress): Promise<void> {
    this.all.push({ page, progress });
    this.list.nextPageToken = progress.nextPageToken;
    this.list.pendingSyncToken = progress.pendingSyncToken;
    return Promise.resolve();
  }
}
