import { Link } from 'wouter';

import { type Overview } from '../../api/answers.js';
import { useIsConnected } from '../../live/connection.js';
import { Panel } from '../../parts/panel.js';
import { Time } from '../../parts/time.js';
import { count, counted } from '../../words/numbers.js';
import { progressWords } from '../../words/outcomes.js';
import { timeLeft } from '../run/time-left.js';
import { useAtNow } from '../../live/clock.js';

type Running = Overview['running'];
type Run = Running['items'][number];

export function RunningPanel({ running, at }: { readonly running: Running; readonly at: string }) {
  const isConnected = useIsConnected();
  if (isConnected) return <Known running={running} />;
  return (
    <Panel title="Running now">
      <div className="nothing">
        <h3>Not known while disconnected</h3>
        <p>
          {count(running.running)} {running.running === 1 ? 'was' : 'were'} running at <Time at={at} clock />.
        </p>
      </div>
    </Panel>
  );
}

function Known({ running: { running, queued, items } }: { readonly running: Running }) {
  const about = queued === 0 ? count(running) : `${count(running)}, and ${count(queued)} queued`;
  return (
    <Panel title="Running now" {...(running + queued > 0 && { about })}>
      {items.length === 0 ? (
        <p className="pad muted">Nothing. What is due next is in the table.</p>
      ) : (
        <ul className="runs">
          {items.map((run) => (
            <RunningRun key={run.id} run={run} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function RunningRun({ run }: { readonly run: Run }) {
  const { statistics, totalItems, state } = run;
  const left = useAtNow((now) => timeLeft(run, now) ?? '');
  const changes = statistics.created + statistics.updated + statistics.deleted;
  return (
    <li>
      <div className="row keep">
        <Link className="cut" href={`/runs/${run.id}`} dir="auto" title={run.accountName}>
          {run.accountName}
        </Link>
        <span className="muted cut grow" title={kindOf(run)}>
          {kindOf(run)}
        </span>
        <span className="nowrap">{state === 'queued' ? 'queued' : left}</span>
      </div>
      {state === 'running' && totalItems !== null && (
        <progress
          value={statistics.total_fetched}
          max={Math.max(totalItems, statistics.total_fetched, 1)}
          aria-label={`${run.accountName}: ${progressWords(run)}`}
        />
      )}
      {state === 'running' && (
        <div className="row small muted">
          <span>{progressWords(run)}</span>
          <span className="grow" />
          <span>
            {counted(changes, 'change')}
            {statistics.errors > 0 && `, ${count(statistics.errors)} quarantined`}
          </span>
        </div>
      )}
    </li>
  );
}

/** There is little room beside the name. */
const SHORT_REASONS: Readonly<Record<NonNullable<Run['fallbackReason']>, string>> = {
  'no-sync-token': 'no token yet',
  'sync-token-expired': 'token expired',
  'request-changed': 'request changed',
};

function kindOf({ mode, fallbackReason, trigger }: Run): string {
  if (mode === 'incremental') return 'incremental';
  return `full, ${fallbackReason === null ? (trigger === 'scheduled' ? 'scheduled' : 'asked for') : SHORT_REASONS[fallbackReason]}`;
}
