import { useMemo, useState } from 'react';
import { Link } from 'wouter';

import { type Account } from '../../api/answers.js';
import { useAccount, useHeldRun } from '../../api/ask.js';
import { useSync } from '../../api/commands.js';
import { useIsConnected } from '../../live/connection.js';
import { Icon } from '../../parts/icon.js';
import { Loaded, SkeletonLines } from '../../parts/loaded.js';
import { State } from '../../parts/state.js';
import { obstacleTo, useBeginSync } from '../../parts/sync-button.js';
import { Time } from '../../parts/time.js';
import { useKeys } from '../../shell/keys.js';
import { useTitle } from '../../shell/title.js';
import { count, sentence } from '../../words/numbers.js';
import { accountOutcome, failureWords, holdWords, isOver, runOutcome } from '../../words/outcomes.js';
import { HEALTH } from '../../words/states.js';
import { AccountActions } from './account-actions.js';
import { AccountFacts } from './account-facts.js';
import { CommandLinePanel, ConnectionPanel } from './connection-panel.js';
import { NeedsSignIn } from './needs-sign-in.js';
import { SendLinkPanel } from './send-link-panel.js';
import { TimelinePanel } from './timeline-panel.js';

export function AccountPage({ id }: { readonly id: string }) {
  const account = useAccount(id);
  useTitle(account.data?.name ?? 'Account');
  return (
    <Loaded
      query={account}
      skeleton={
        <div className="panel">
          <SkeletonLines />
        </div>
      }
    >
      {(known) => <Known account={known} />}
    </Loaded>
  );
}

function Known({ account }: { readonly account: Account }) {
  const { id, name, email, health, lastRun } = account;
  const isConnected = useIsConnected();
  const [isDryRun, setDryRun] = useState(false);
  const begin = useBeginSync(useSync());
  const canSync = obstacleTo(account, isConnected) === null;
  useKeys(
    useMemo(
      () => ({
        s: () => {
          if (canSync) begin(id);
        },
      }),
      [begin, canSync, id],
    ),
  );
  const needsSignIn = health === 'needs-reauth';
  return (
    <>
      <div className="head">
        <div>
          <p className="crumb">
            <Link href="/">Accounts</Link> / {email ?? id}
          </p>
          <h1>
            <span dir="auto">{name}</span>{' '}
            <State of={HEALTH[health]} pill running={lastRun !== null && !isOver(lastRun)} />
          </h1>
          <p>
            <Summary account={account} />
          </p>
        </div>
        <AccountActions account={account} isDryRun={isDryRun} onDryRun={setDryRun} />
      </div>
      {needsSignIn && <NeedsSignIn account={account} />}
      {health === 'failing' && lastRun !== null && <Failing account={account} />}
      <HeldNotice account={account} />
      {!needsSignIn && <AccountFacts account={account} />}
      {needsSignIn ? (
        <div className="cols half">
          <SendLinkPanel account={account} />
          <TimelinePanel id={id} title="What happened" />
        </div>
      ) : (
        <div className="cols">
          <TimelinePanel id={id} title="Everything that happened" />
          <div className="stack">
            <ConnectionPanel account={account} />
            <CommandLinePanel account={account} />
          </div>
        </div>
      )}
    </>
  );
}

/** Is it fresh, and when next: a sentence. */
function Summary({ account }: { readonly account: Account }) {
  const { lastSucceededAt, nextSyncAt, lastRun, health, contacts, state } = account;
  if (state === 'erasing') return <>{accountOutcome(account)}.</>;
  if (health === 'needs-reauth') {
    return (
      <>
        {lastSucceededAt === null ? (
          'Never synced. '
        ) : (
          <>
            Synced last <Time at={lastSucceededAt} />.{' '}
          </>
        )}
        Its {count(contacts)} contacts can be searched as they were then.
      </>
    );
  }
  const isRunning = lastRun !== null && !isOver(lastRun);
  return (
    <>
      {lastSucceededAt === null ? (
        'Not synced yet.'
      ) : (
        <>
          Synced <Time at={lastSucceededAt} />
          {lastRun !== null &&
            !isRunning &&
            lastRun.state === 'succeeded' &&
            `, ${runOutcome(lastRun).toLowerCase()}`}
          .
        </>
      )}{' '}
      {isRunning ? (
        <Link href={`/runs/${lastRun.id}`}>{accountOutcome(account)}</Link>
      ) : health === 'paused' ? (
        <>
          {accountOutcome(account)}
          {account.pausedBy !== null && (
            <>
              , <Time at={account.pausedBy.at} />
            </>
          )}
          ; syncs that somebody asks for are done.
        </>
      ) : nextSyncAt === null ? (
        state === 'connected' && 'No sync is scheduled.'
      ) : (
        <>
          The next sync is <Time at={nextSyncAt} exact />.
        </>
      )}
    </>
  );
}

function Failing({ account: { lastRun, failures, nextSyncAt, needsPerson } }: { readonly account: Account }) {
  if (lastRun === null) return null;
  return (
    <section className="notice bad" aria-labelledby="failing">
      <Icon name="fail" />
      <div>
        <h2 id="failing">
          {failureWords(lastRun.error?.code)}
          {failures > 1 && `, ${count(failures)} times in a row`}
        </h2>
        {lastRun.error !== null && <p>{lastRun.error.detail}</p>}
        <p className="muted">
          {needsPerson ? 'It does not mend itself.' : 'The next sync tries again by itself'}
          {!needsPerson && nextSyncAt !== null && (
            <>
              , <Time at={nextSyncAt} />
            </>
          )}
          {!needsPerson && '.'}
        </p>
      </div>
      <div className="actions">
        <Link className="btn" href={`/runs/${lastRun.id}`}>
          See why
        </Link>
      </div>
    </section>
  );
}

function HeldNotice({ account }: { readonly account: Account }) {
  const held = useHeldRun(account.id, account.health === 'held');
  if (account.health !== 'held' || held.data == null) return null;
  const { id, heldDeletions = 0 } = held.data;
  return (
    <section className="notice warn" aria-labelledby="held">
      <Icon name="held" />
      <div>
        <h2 id="held">{count(heldDeletions)} deletions wait for a decision</h2>
        <p>{sentence(holdWords(held.data, account.contacts))}. None is deleted until you approve.</p>
      </div>
      <div className="actions">
        <Link className="btn" href={`/runs/${id}`}>
          Review
        </Link>
      </div>
    </section>
  );
}
