import { useState } from 'react';
import { Link } from 'wouter';

import { type Progress, type RunDetail } from '../../api/answers.js';
import { useAccount, useRun, useTimings } from '../../api/ask.js';
import { useCancelRun, useSync } from '../../api/commands.js';
import { asProblem } from '../../api/problem.js';
import { useRunProgress } from '../../api/run-progress.js';
import { useMay } from '../../api/session.js';
import { useIsConnected } from '../../live/connection.js';
import { CopyButton } from '../../parts/copy.js';
import { Icon } from '../../parts/icon.js';
import { Loaded, SkeletonLines } from '../../parts/loaded.js';
import { State } from '../../parts/state.js';
import { useBeginSync } from '../../parts/sync-button.js';
import { Time } from '../../parts/time.js';
import { tell } from '../../shell/toasts.js';
import { useTitle } from '../../shell/title.js';
import { count, counted } from '../../words/numbers.js';
import { fallbackWords, isOver, runTitle } from '../../words/outcomes.js';
import { RUN_STATE } from '../../words/states.js';
import { took } from '../../words/times.js';
import { DryRunDialog } from '../account/dry-run-dialog.js';
import { Decided } from './decided.js';
import { FailedNotice } from './failed-notice.js';
import { HeldNotice } from './held-notice.js';
import { HeldPanel } from './held-panel.js';
import { LanesPanel } from './lanes-panel.js';
import { ProgressBar } from './progress-bar.js';
import { RunEventsPanel } from './run-events-panel.js';
import { Sum } from './sum.js';

export function RunPage({ id }: { readonly id: string }) {
  const query = useRun(id);
  const progress = useRunProgress(query.data);
  const account = useAccount(query.data?.accountId ?? '');
  const timings = useTimings(id);
  useTitle(
    query.data === undefined
      ? 'Run'
      : `${runTitle(query.data)}: ${RUN_STATE[query.data.state].word.toLowerCase()}`,
  );
  return (
    <Loaded
      query={query}
      together={[account, timings]}
      skeleton={
        <div className="panel">
          <SkeletonLines />
        </div>
      }
    >
      {(known) => <Known run={newer(known, progress)} progress={progress} />}
    </Loaded>
  );
}

/** The stream is ahead of what was asked for, until the run is over. */
function newer(known: RunDetail, progress: Progress | null): RunDetail {
  return progress === null || isOver(known) ? known : progress.run;
}

function Known({ run, progress }: { readonly run: RunDetail; readonly progress: Progress | null }) {
  const { id, accountId, state, heldDeletions, statistics } = run;
  const account = useAccount(accountId);
  const name = account.data?.name ?? accountId.slice(0, 8);
  const made = statistics.created + statistics.updated + statistics.deleted;
  return (
    <>
      <div className="head">
        <div>
          <p className="crumb">
            <Link href="/">Accounts</Link> /{' '}
            <Link href={`/accounts/${accountId}`} dir="auto">
              {name}
            </Link>{' '}
            / Run {id.slice(0, 8)}
          </p>
          <h1>
            <span>
              {runTitle(run)} of <span dir="auto">{name}</span>
            </span>{' '}
            <State of={RUN_STATE[state]} pill>
              {state === 'held' ? `${counted(heldDeletions ?? 0, 'deletion')} held` : undefined}
            </State>
          </h1>
          <Began run={run} />
          {state === 'succeeded' && heldDeletions !== undefined && <Decided run={run} />}
        </div>
        <RunActions run={run} />
      </div>
      {state === 'held' && <HeldNotice run={run} accountName={name} />}
      {state === 'failed' && <FailedNotice run={run} />}
      <section className="panel" aria-label={isOver(run) ? 'Counts' : 'Progress'}>
        {!isOver(run) && <ProgressBar run={run} progress={progress} />}
        <Sum statistics={statistics} aside={asideOf(run)} />
      </section>
      <LanesPanel run={run} progress={progress} />
      {state === 'held' ? (
        <div className="cols half">
          <HeldPanel run={run} />
          <RunEventsPanel run={run} />
        </div>
      ) : (
        (made > 0 || !isOver(run)) && <RunEventsPanel run={run} />
      )}
    </>
  );
}

function Began({ run }: { readonly run: RunDetail }) {
  const { startedAt, finishedAt, trigger, state, mode } = run;
  const why = mode === 'full' ? fallbackWords(run.fallbackReason) : null;
  if (startedAt === null) return <p>It waits for its turn.</p>;
  const lasted = finishedAt === null ? null : took(Date.parse(finishedAt) - Date.parse(startedAt));
  return (
    <p>
      Began <Time at={startedAt} /> {trigger === 'scheduled' ? 'by schedule' : 'because somebody asked'}
      {lasted !== null && (state === 'failed' ? `, gave up after ${lasted}` : `, took ${lasted}`)}.{' '}
      {why !== null && `It reads the whole list, because ${why}. `}
      {state === 'held' && 'Everything else of this run is stored and published.'}
    </p>
  );
}

/** Contacts that the list did not show were never fetched: beside the sum. */
function asideOf(run: RunDetail) {
  const { mode, state, statistics, heldDeletions, absences } = run;
  if (mode !== 'full') return null;
  const title = 'Not on the list';
  if (state === 'held') {
    return {
      title,
      figure: <span className="fig warn">{count(heldDeletions ?? 0)}</span>,
      about: 'Known contacts that Google did not show; none is deleted unless you approve',
      isKnown: true,
    };
  }
  if (!isOver(run)) {
    return { title, figure: 'not known yet', about: 'Known when the last page is read', isKnown: false };
  }
  if (state !== 'succeeded') {
    return {
      title,
      figure: 'not known',
      about: 'Only a complete list can tell who is missing; so nobody is deleted',
      isKnown: false,
    };
  }
  const { not_listed: deleted } = statistics;
  const about =
    absences.asked === 0
      ? 'Every known contact was on the list'
      : `Google was asked about ${count(absences.asked)}: ${count(absences.gone)} are gone, ${count(absences.alive)} are there` +
        (deleted === 0 ? '' : '; the sum has only what was fetched');
  const figure = absences.asked === 0 ? '0' : `${count(deleted)} deleted`;
  return { title, figure: <span className="fig">{figure}</span>, about, isKnown: true };
}

function RunActions({ run }: { readonly run: RunDetail }) {
  const { id, accountId, state } = run;
  const may = useMay();
  const isConnected = useIsConnected();
  const cancel = useCancelRun();
  const account = useAccount(accountId);
  const begin = useBeginSync(useSync());
  const [isDryRun, setDryRun] = useState(false);
  const canSync = may('operate') && account.data?.state === 'connected';
  return (
    <div className="actions">
      {!isOver(run) && may('operate') && (
        <button
          className="btn"
          type="button"
          disabled={!isConnected || cancel.isPending}
          onClick={() => {
            cancel.mutate(id, {
              onError: (error) => {
                tell(asProblem(error).detail);
              },
            });
          }}
        >
          <Icon name="x" />
          Cancel run
        </button>
      )}
      {state === 'failed' && canSync && (
        <button
          className="btn primary"
          type="button"
          disabled={!isConnected}
          onClick={() => {
            begin(accountId);
          }}
        >
          <Icon name="sync" />
          Try now
        </button>
      )}
      {state === 'held' && canSync && (
        <button
          className="btn"
          type="button"
          disabled={!isConnected}
          onClick={() => {
            setDryRun(true);
          }}
        >
          <Icon name="sync" />
          See what a sync now would do…
        </button>
      )}
      {isOver(run) && (
        <CopyButton text={JSON.stringify(run, null, 2)} what="Copy this run as JSON" className="btn">
          Copy as JSON
        </CopyButton>
      )}
      {isDryRun && account.data !== undefined && (
        <DryRunDialog
          account={account.data}
          onClose={() => {
            setDryRun(false);
          }}
        />
      )}
    </div>
  );
}
