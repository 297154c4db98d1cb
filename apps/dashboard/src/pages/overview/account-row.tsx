import { Link } from 'wouter';

import { type Account } from '../../api/answers.js';
import { useChangeAccount } from '../../api/commands.js';
import { useMay } from '../../api/session.js';
import { useIsConnected } from '../../live/connection.js';
import { Spark } from '../../parts/plots.js';
import { State } from '../../parts/state.js';
import { SyncButton } from '../../parts/sync-button.js';
import { Time } from '../../parts/time.js';
import { count } from '../../words/numbers.js';
import { accountOutcome, holdWords, isOver } from '../../words/outcomes.js';
import { HEALTH } from '../../words/states.js';

interface AccountRowProps {
  readonly account: Account;
  /** The highest bar of all accounts on the page. */
  readonly most: number;
}

export function AccountRow({ account, most }: AccountRowProps) {
  const { id, name, email, health, lastRun, contacts, changes24h } = account;
  const isRunning = lastRun !== null && !isOver(lastRun);
  return (
    <tr role="row">
      <td role="cell" className="who">
        <Link className="name" href={`/accounts/${id}`} dir="auto" title={name}>
          {name}
        </Link>
        {email !== null && email !== name && <small className="mail">{email}</small>}
      </td>
      <td role="cell">
        <State of={HEALTH[health]} running={isRunning} />
      </td>
      <td role="cell" className="c-out">
        <Outcome account={account} />
      </td>
      <td role="cell" className="num c-time">
        <Synced account={account} />
      </td>
      <td role="cell" className="num c-hide">
        {count(contacts)}
      </td>
      <td role="cell" className="c-hide">
        <div className="sparkcell">
          {changes24h.total > 0 && <Spark values={changes24h.hourly} most={most} />}
          <span className={changes24h.total === 0 ? 'muted' : undefined}>{count(changes24h.total)}</span>
        </div>
      </td>
      <td role="cell" className="num c-act">
        <Action account={account} isRunning={isRunning} />
      </td>
    </tr>
  );
}

function Outcome({ account }: { readonly account: Account }) {
  const { health, lastRun } = account;
  if (health === 'held' && lastRun?.state === 'held') {
    return (
      <>
        <b>{count(lastRun.heldDeletions ?? 0)} deletions</b> wait: {holdWords(lastRun, account.contacts)}
      </>
    );
  }
  if (health === 'held' && (lastRun === null || isOver(lastRun))) return <>Deletions wait for a decision</>;
  if (health === 'paused' && account.pausedBy !== null) {
    return (
      <>
        {accountOutcome(account)}, <Time at={account.pausedBy.at} />
      </>
    );
  }
  return <>{accountOutcome(account)}</>;
}

/** When it was synced last, and when next: two facts. */
function Synced({ account }: { readonly account: Account }) {
  const { lastSucceededAt, lastRun, nextSyncAt, health, state } = account;
  const next = () => {
    if (lastRun?.state === 'queued') return 'queued';
    if (lastRun?.state === 'running') return 'running now';
    if (health === 'needs-reauth') return 'next after sign-in';
    if (health === 'paused' || state !== 'connected' || nextSyncAt === null) return 'no next';
    return (
      <>
        next <Time at={nextSyncAt} />
      </>
    );
  };
  return (
    <>
      {lastSucceededAt === null ? <span className="muted">never</span> : <Time at={lastSucceededAt} />}
      <small>{next()}</small>
    </>
  );
}

/** What is done about it, named after what it does. */
function Action({ account, isRunning }: { readonly account: Account; readonly isRunning: boolean }) {
  const { id, name, health, lastRun, state } = account;
  const may = useMay();
  const change = useChangeAccount();
  const isConnected = useIsConnected();
  const to = (href: string, word: string) => (
    <Link className="btn sm" href={href} aria-label={`${word}: ${name}`}>
      {word}
    </Link>
  );
  if (!isConnected) return null;
  if (isRunning && lastRun !== null) return to(`/runs/${lastRun.id}`, 'Watch');
  if (health === 'failing' && lastRun !== null) return to(`/runs/${lastRun.id}`, 'See why');
  if (health === 'held')
    return to(lastRun?.state === 'held' ? `/runs/${lastRun.id}` : `/accounts/${id}`, 'Review');
  if (health === 'needs-reauth') return to(`/accounts/${id}`, 'Sign in');
  if (state !== 'connected') return null;
  if (health === 'paused' && may('admin')) {
    return (
      <button
        className="btn sm"
        type="button"
        aria-label={`Resume ${name}`}
        disabled={change.isPending}
        onClick={() => {
          change.mutate({ id, settings: { paused: false } });
        }}
      >
        Resume
      </button>
    );
  }
  return <SyncButton account={account} className="btn quiet icon sm" />;
}
