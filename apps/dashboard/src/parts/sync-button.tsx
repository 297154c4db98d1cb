import { useState } from 'react';
import { useLocation } from 'wouter';

import { type Account } from '../api/answers.js';
import { useSync } from '../api/commands.js';
import { asProblem, Problem } from '../api/problem.js';
import { useIsConnected } from '../live/connection.js';
import { count } from '../words/numbers.js';
import { isOver } from '../words/outcomes.js';
import { Icon } from './icon.js';
import { tell } from '../shell/toasts.js';

interface SyncButtonProps {
  readonly account: Pick<Account, 'id' | 'name' | 'state' | 'lastRun'>;
  readonly className: string;
  /** The word beside the icon; left out: the icon alone. */
  readonly children?: string;
}

/** Begins a sync. It turns at once into what it brought about, and where one goes on already, it leads there. */
export function SyncButton({ account, className, children }: SyncButtonProps) {
  const sync = useSync();
  const begin = useBeginSync(sync);
  const isConnected = useIsConnected();
  const obstacle = obstacleTo(account, isConnected);
  const running = account.lastRun !== null && !isOver(account.lastRun) ? account.lastRun : null;
  if (sync.isPending || running !== null) {
    const fetched = running?.statistics.total_fetched ?? 0;
    return (
      <button
        className={className}
        type="button"
        aria-busy="true"
        // Not disabled: it would lose the focus of whoever has just pressed it.
        aria-disabled="true"
        aria-label={`Syncing ${account.name}`}
      >
        <Icon name="sync" spin />
        {children !== undefined && (fetched > 0 ? `Syncing, ${count(fetched)}` : 'Syncing')}
      </button>
    );
  }
  const label = children === undefined ? `Sync ${account.name} now` : undefined;
  return (
    <button
      className={className}
      type="button"
      disabled={obstacle !== null}
      aria-label={label}
      title={obstacle ?? label}
      onClick={() => {
        begin(account.id);
      }}
    >
      <Icon name="sync" />
      {children}
    </button>
  );
}

/** Why an account cannot be synced now, for people; null: it can. */
export function obstacleTo({ state }: Pick<Account, 'state'>, isConnected: boolean): string | null {
  if (!isConnected) return 'The service cannot be reached';
  if (state === 'needs-reauth') return 'First somebody has to sign in';
  if (state === 'disconnected') return 'The account is not connected';
  return state === 'erasing' ? 'The account is being erased' : null;
}

/** @returns what begins a sync, and says or shows what stands in its way */
export function useBeginSync(
  sync: ReturnType<typeof useSync>,
): (accountId: string, kind?: 'auto' | 'full') => void {
  const [, navigate] = useLocation();
  const [begin] = useState(() => (accountId: string, kind: 'auto' | 'full' = 'auto') => {
    sync.mutate(
      { accountId, kind },
      {
        onError: (error) => {
          const { code, facts, detail } = asProblem(error);
          if (error instanceof Problem && code === 'sync-in-progress' && typeof facts.runId === 'string') {
            navigate(`/runs/${facts.runId}`);
          } else tell(detail);
        },
      },
    );
  });
  return begin;
}
