import { useState } from 'react';
import { Link } from 'wouter';

import { type Account } from '../../api/answers.js';
import { useChangeAccount, useSync } from '../../api/commands.js';
import { asProblem } from '../../api/problem.js';
import { useMay } from '../../api/session.js';
import { BASE } from '../../base.js';
import { useIsConnected } from '../../live/connection.js';
import { Icon } from '../../parts/icon.js';
import { Menu } from '../../parts/menu.js';
import { obstacleTo, SyncButton, useBeginSync } from '../../parts/sync-button.js';
import { tell } from '../../shell/toasts.js';
import { DryRunDialog } from './dry-run-dialog.js';
import { DisconnectDialog, EraseDialog } from './end-dialogs.js';

interface AccountActionsProps {
  readonly account: Account;
  readonly isDryRun: boolean;
  readonly onDryRun: (open: boolean) => void;
}

/** What can be done with an account. */
export function AccountActions({ account, isDryRun, onDryRun }: AccountActionsProps) {
  const { id, paused, state, health } = account;
  const may = useMay();
  const isConnected = useIsConnected();
  const change = useChangeAccount();
  const begin = useBeginSync(useSync());
  const [ending, setEnding] = useState<'disconnect' | 'erase' | null>(null);
  const obstacle = obstacleTo(account, isConnected);
  const isAlive = state === 'connected' || state === 'needs-reauth';
  // What was asked for shows at once; refused, it shows what is.
  const isPaused = change.isPending ? (change.variables.settings.paused ?? paused) : paused;
  return (
    <div className="actions">
      {may('operate') && (
        <div className="split">
          <SyncButton account={account} className={health === 'needs-reauth' ? 'btn' : 'btn primary'}>
            Sync now
          </SyncButton>
          <Menu
            label="Other kinds of sync"
            className={health === 'needs-reauth' ? 'btn' : 'btn primary'}
            button={<Icon name="down" />}
            disabled={obstacle !== null}
          >
            <button
              type="button"
              onClick={() => {
                begin(id);
              }}
            >
              What changed<small>Asks Google only for changes, if the sync token is good</small>
            </button>
            <button
              type="button"
              onClick={() => {
                begin(id, 'full');
              }}
            >
              The whole list<small>Also finds deletions that Google never told of</small>
            </button>
            <hr />
            <button
              type="button"
              onClick={() => {
                onDryRun(true);
              }}
            >
              Dry run<small>Shows the events that a sync would make; stores nothing</small>
            </button>
          </Menu>
        </div>
      )}
      {may('admin') && isAlive && (
        <button
          className="btn"
          type="button"
          disabled={!isConnected}
          onClick={() => {
            change.mutate(
              { id, settings: { paused: !paused } },
              {
                onError: (error) => {
                  tell(asProblem(error).detail);
                },
              },
            );
          }}
        >
          <Icon name={isPaused ? 'sync' : 'pause'} />
          {isPaused ? 'Resume' : 'Pause'}
        </button>
      )}
      {may('admin') && state !== 'erasing' && health !== 'needs-reauth' && (
        <a className="btn" href={`${BASE}/api/auth/google`}>
          <Icon name="key" />
          Sign in again
        </a>
      )}
      <Menu label="More" className="btn icon" button={<Icon name="more" />}>
        <Link href={`/contacts?account=${id}`}>Show its contacts</Link>
        <Link href={`/events?account=${id}`}>Show its events</Link>
        {may('admin') && (
          <>
            <hr />
            {isAlive && (
              <button
                type="button"
                onClick={() => {
                  setEnding('disconnect');
                }}
              >
                Disconnect…<small>Gives the sign-in back to Google; contacts and history stay</small>
              </button>
            )}
            {state !== 'erasing' && (
              <button
                className="danger"
                type="button"
                onClick={() => {
                  setEnding('erase');
                }}
              >
                Erase…<small>Deletes every stored fact about its contacts</small>
              </button>
            )}
          </>
        )}
      </Menu>
      {isDryRun && (
        <DryRunDialog
          account={account}
          onClose={() => {
            onDryRun(false);
          }}
        />
      )}
      {ending === 'disconnect' && (
        <DisconnectDialog
          account={account}
          onClose={() => {
            setEnding(null);
          }}
        />
      )}
      {ending === 'erase' && (
        <EraseDialog
          account={account}
          onClose={() => {
            setEnding(null);
          }}
        />
      )}
    </div>
  );
}
