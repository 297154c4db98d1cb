import { useEffect } from 'react';

import { type About, type Overview } from '../../api/answers.js';
import { useAccounts, useEventsUpTo } from '../../api/ask.js';
import { useSync } from '../../api/commands.js';
import { useChangeSimulatedPerson } from '../../api/simulator.js';
import { useMay } from '../../api/session.js';
import { BASE } from '../../base.js';
import { useStore } from '../../live/store.js';
import { Copyable } from '../../parts/copy.js';
import { GoogleSignIn } from '../../parts/google-sign-in.js';
import { Icon } from '../../parts/icon.js';
import { Panel } from '../../parts/panel.js';
import { useBeginSync } from '../../parts/sync-button.js';
import { count, counted } from '../../words/numbers.js';
import { isOver } from '../../words/outcomes.js';
import { ConnectLink } from './connect-dialog.js';
import { firstRun } from './first-run-store.js';

/** Whether somebody is here for the first time: nothing is connected or nothing was synced yet, or they just began. */
export function useIsFirstRun({ totals, stream }: Overview): boolean {
  const { step } = useStore(firstRun);
  if (step === 'over' || step === 'arrived') return false;
  return step !== 'not-begun' || totals.accounts === 0 || stream?.log.position === '0';
}

interface FirstRunProps {
  readonly overview: Overview;
  readonly about: About | null;
}

/** What this is, what to click, and what one will see; the steps fill in as they happen. */
export function FirstRun({ overview, about }: FirstRunProps) {
  const { totals, stream } = overview;
  const progress = useStore(firstRun);
  const isSimulated = about?.google === 'simulated';
  const isConnected = totals.accounts > 0;
  const isSynced = progress.step === 'synced';
  const position = stream?.log.position ?? '0';
  useWaitForSync(overview);
  useWaitForChange(position);
  return (
    <>
      <div className="head">
        <div>
          <h1>
            {isSynced
              ? 'The address book is read'
              : isConnected
                ? 'Nothing is synced yet'
                : 'Nothing is connected yet'}
          </h1>
          <p>
            {isSynced ? '' : 'One click starts it. '}contactstream reads the Google contacts of the accounts
            you connect, keeps every change as an event, and lets you search them and see any contact as it
            was.
            {isSimulated && isConnected && ' A demo account is ready.'}
          </p>
        </div>
      </div>
      <section className="panel" aria-label="The way of a change">
        <ol className={isSynced ? 'stream' : 'stream dry'} aria-label="The way of a change">
          <li className={isConnected ? undefined : 'empty'}>
            <b>{isSimulated ? 'Google, simulated' : 'Google'}</b>
            <span>{counted(totals.accounts, 'account')}</span>
            {isSimulated && about.simulatorControl !== null && (
              <span>at {new URL(about.simulatorControl).host}</span>
            )}
          </li>
          <li className={isSynced ? undefined : 'empty'}>
            <b>Event log</b>
            <span>{position === '0' ? 'empty' : counted(position, 'event')}</span>
            <span>every change, for good</span>
          </li>
          <li className={about?.kafka === true ? undefined : 'empty'}>
            <b>Kafka</b>
            <span>{about?.kafka === true ? 'ready' : 'not configured, passed by'}</span>
            {about?.kafka !== true && <span>set KAFKA_BROKERS</span>}
          </li>
          <li className={isSynced ? undefined : 'empty'}>
            <b>Read model</b>
            <span>{position === '0' ? 'empty' : 'filled'}</span>
            <span>search, history, as of</span>
          </li>
        </ol>
      </section>
      <div className="cols half begin">
        <ol className="steps">
          <ConnectStep isConnected={isConnected} isSimulated={isSimulated} />
          <SyncStep isConnected={isConnected} position={position} />
          {isSimulated ? <SimulatedSteps about={about} /> : <RealSteps isSynced={isSynced} />}
        </ol>
        <div className="stack">
          <WhatYouWillSee />
          <WhenTried />
        </div>
      </div>
    </>
  );
}

/** The step goes on once the first run is over, however it was begun. */
function useWaitForSync({ totals, stream }: Overview): void {
  const { step } = useStore(firstRun);
  const accounts = useAccounts({});
  const run = accounts.data?.items[0]?.lastRun ?? null;
  const position = stream?.log.position ?? '0';
  useEffect(() => {
    if ((step !== 'syncing' && step !== 'not-begun') || run === null || totals.accounts === 0) return;
    if (
      run.state === 'succeeded' &&
      run.lastPosition !== null &&
      BigInt(position) >= BigInt(run.lastPosition)
    ) {
      firstRun.set({ step: 'synced', position, changed: null });
    } else if (isOver(run) && step === 'syncing' && run.state !== 'succeeded') firstRun.set({ step: 'over' });
  }, [step, run, position, totals.accounts]);
}

/** The first event behind the first sync is the change that somebody made. */
function useWaitForChange(position: string): void {
  const progress = useStore(firstRun);
  const behind = progress.step === 'synced' ? Number(BigInt(position) - BigInt(progress.position)) : 0;
  const events = useEventsUpTo(behind > 0 ? position : undefined, Math.min(behind, 50));
  const changed = progress.step === 'synced' ? progress.changed : null;
  // The demo changes others by itself: whom somebody changed here comes first.
  const first =
    behind > 0
      ? (events.data?.find(({ data }) => data.resourceName === changed) ?? events.data?.at(-1))
      : undefined;
  useEffect(() => {
    if (first !== undefined) firstRun.set({ step: 'arrived', event: first });
  }, [first]);
}

function ConnectStep({
  isConnected,
  isSimulated,
}: {
  readonly isConnected: boolean;
  readonly isSimulated: boolean;
}) {
  const may = useMay();
  if (isConnected) {
    return (
      <li className="done">
        <div>
          <h2>{isSimulated ? 'A demo account is connected' : 'An account is connected'}</h2>
          {isSimulated && <p>Of a simulated Google. Nothing leaves this machine.</p>}
        </div>
      </li>
    );
  }
  return (
    <li className="here">
      <div>
        <h2>Connect an account</h2>
        <p>Google asks the owner of the contacts. contactstream reads them, and never writes.</p>
        {may('admin') ? (
          <>
            <GoogleSignIn isBig />
            <ConnectLink />
          </>
        ) : (
          <p>That needs a token with the scope admin.</p>
        )}
      </div>
    </li>
  );
}

function SyncStep({ isConnected, position }: { readonly isConnected: boolean; readonly position: string }) {
  const progress = useStore(firstRun);
  const accounts = useAccounts({});
  const [account] = accounts.data?.items ?? [];
  const sync = useSync();
  const begin = useBeginSync(sync);
  if (progress.step === 'synced') {
    return (
      <li className="done">
        <div>
          <h2>Its address book is read</h2>
          <p>
            {count(progress.position)} contacts, each with a first event, <code>created</code>:{' '}
            {count(position)} events.
          </p>
        </div>
      </li>
    );
  }
  const run = account?.lastRun ?? null;
  const isRunning = sync.isPending || progress.step === 'syncing' || (run !== null && !isOver(run));
  return (
    <li className={isConnected ? 'here' : 'todo'}>
      <div>
        <h2>Read its address book</h2>
        <p>
          Each of its contacts becomes a first event, <code>created</code>.
        </p>
        <div className="actions">
          <button
            className={isConnected ? 'btn primary big' : 'btn'}
            type="button"
            disabled={!isConnected || isRunning || account === undefined}
            aria-busy={isRunning}
            onClick={() => {
              if (account === undefined) return;
              firstRun.set({ step: 'syncing' });
              begin(account.id);
            }}
          >
            <Icon name="sync" spin={isRunning} />
            {isRunning
              ? `Syncing${(run?.statistics.total_fetched ?? 0) > 0 ? `, ${count(run?.statistics.total_fetched ?? 0)}` : ''}`
              : 'Sync now'}
          </button>
          {isConnected && (
            <span className="row muted small">
              or <code>curl -X POST {location.origin + BASE}/api/sync</code>
            </span>
          )}
        </div>
      </div>
    </li>
  );
}

function SimulatedSteps({ about }: { readonly about: About }) {
  const progress = useStore(firstRun);
  const isSynced = progress.step === 'synced';
  const isChanged = isSynced && progress.changed !== null;
  const accounts = useAccounts({});
  const [account] = accounts.data?.items ?? [];
  const change = useChangeSimulatedPerson();
  const sync = useSync();
  const begin = useBeginSync(sync);
  const newest = useEventsUpTo(isSynced ? progress.position : undefined, 1);
  const [event] = newest.data ?? [];
  const person = event?.data.resourceName;
  const command =
    typeof person === 'string' && about.simulatorControl !== null
      ? `curl -X PATCH ${about.simulatorControl}/persons/${person.replace('people/', '')} \\\n  -d '{"phoneNumbers":[{"value":"+33199004578","type":"mobile"}]}'`
      : null;
  return (
    <>
      <li className={isChanged ? 'done' : isSynced ? 'here' : 'todo'}>
        <div>
          <h2>{isChanged ? 'A person was changed in Google' : 'Change a person in Google'}</h2>
          <p>
            Here, or with the command below. Or wait: the demo changes somebody by itself every 30 seconds.
          </p>
          <div className="actions">
            <button
              className={isSynced && !isChanged ? 'btn primary' : 'btn'}
              type="button"
              disabled={!isSynced || change.isPending}
              title={isSynced ? undefined : 'First sync'}
              onClick={() => {
                change.mutate(undefined, {
                  onSuccess: ({ resourceName }) => {
                    if (progress.step === 'synced') firstRun.set({ ...progress, changed: resourceName });
                  },
                });
              }}
            >
              Change a person
            </button>
          </div>
          {command !== null && <Copyable text={command} what="Copy the command" />}
        </div>
      </li>
      <li className={isChanged ? 'here' : 'todo'}>
        <div>
          <h2>Sync again and see what changed</h2>
          <p>Only the change is read. It shows here field by field and stays in the contact’s history.</p>
          {isSynced && (
            <div className="actions">
              <button
                className={isChanged ? 'btn primary' : 'btn'}
                type="button"
                disabled={account === undefined || sync.isPending}
                onClick={() => {
                  if (account !== undefined) begin(account.id);
                }}
              >
                <Icon name="sync" spin={sync.isPending} />
                Sync again
              </button>
              <SkipSteps />
            </div>
          )}
        </div>
      </li>
    </>
  );
}

function RealSteps({ isSynced }: { readonly isSynced: boolean }) {
  return (
    <li className={isSynced ? 'here' : 'todo'}>
      <div>
        <h2>Change somebody in Google Contacts</h2>
        <p>
          The next sync reads only the change. It shows here field by field and stays in the contact’s
          history.
        </p>
        {isSynced && (
          <div className="actions">
            <SkipSteps />
          </div>
        )}
      </div>
    </li>
  );
}

function SkipSteps() {
  return (
    <button
      className="btn quiet"
      type="button"
      onClick={() => {
        firstRun.set({ step: 'over' });
      }}
    >
      Go to the overview
    </button>
  );
}

function WhatYouWillSee() {
  return (
    <Panel title="What you will see" className="ghost" actions={<span className="tag">Example</span>}>
      <ul className="feed">
        <li>
          <Icon name="edit" />
          <div>
            <b>Grace Hopper</b> <span className="muted">phone, version 2</span>
            <dl className="diff">
              <dt>Phone</dt>
              <dd>
                <del>
                  <mark>02 32 91 38 98</mark> home
                </del>
                <ins>
                  <mark>+33 1 99 00 45 78</mark> mobile
                </ins>
              </dd>
            </dl>
          </div>
          <span className="end nowrap">just now</span>
        </li>
      </ul>
    </Panel>
  );
}

function WhenTried() {
  return (
    <Panel title="When you have tried it">
      <dl className="kv pad">
        <div>
          <dt>Your own Google</dt>
          <dd>
            Set <code>GOOGLE_CLIENT_ID</code> and <code>GOOGLE_CLIENT_SECRET</code>, then connect an account
            here.
          </dd>
        </div>
        <div>
          <dt>Kafka</dt>
          <dd>
            <code>npm run kafka</code>, then start with <code>KAFKA_BROKERS=127.0.0.1:9092</code>
          </dd>
        </div>
        <div>
          <dt>From your program</dt>
          <dd>
            <a href={`${BASE}/api/docs`}>API documentation</a>,{' '}
            <a href={`${BASE}/api/asyncapi`}>Kafka messages</a>
          </dd>
        </div>
      </dl>
    </Panel>
  );
}
