import { useState } from 'react';

import { type RunDetail } from '../../api/answers.js';
import { useAbout, useAccount, useHeldSummary } from '../../api/ask.js';
import { useDecideHeld } from '../../api/commands.js';
import { asProblem } from '../../api/problem.js';
import { useMay } from '../../api/session.js';
import { useIsConnected } from '../../live/connection.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Icon } from '../../parts/icon.js';
import { tell } from '../../shell/toasts.js';
import { count, counted } from '../../words/numbers.js';

interface HeldNoticeProps {
  readonly run: RunDetail;
  readonly accountName: string;
}

/** What must be decided. */
export function HeldNotice({ run, accountName }: HeldNoticeProps) {
  const { id, heldDeletions = 0, holdReason, statistics, accountId } = run;
  const may = useMay();
  const isConnected = useIsConnected();
  const decide = useDecideHeld();
  const [isApproving, setApproving] = useState(false);
  const account = useAccount(accountId);
  const about = useAbout();
  const summary = useHeldSummary(id);
  const contacts = account.data?.contacts;
  const share =
    contacts === undefined || contacts === 0
      ? null
      : Math.min(100, Math.round((heldDeletions / contacts) * 100));
  const guard = about.data?.deletionGuard;
  const approve = async () => {
    // The notice is gone by then: the run waits for nothing any more.
    const done = await decide.mutateAsync({ runId: id, decision: 'approve' }).catch(() => null);
    if (done === null) return;
    setApproving(false);
    tell(`${counted(done.deleted, 'contact')} deleted`);
  };
  const onFailure = (error: Error) => {
    tell(asProblem(error).detail);
  };
  return (
    <section className="notice warn" aria-labelledby="why">
      <Icon name="held" />
      <div>
        <h2 id="why">
          {holdReason === 'empty-list'
            ? 'Google’s list came back empty. Did somebody mean to delete everything?'
            : holdReason === 'unknown-person'
              ? 'A person on the list could not be told apart, so it is not sure who is missing'
              : `${share === null ? count(heldDeletions) : `${share} %`} of the contacts are missing from Google’s list. Did somebody mean to delete them?`}
        </h2>
        <p>
          The list had {counted(statistics.total_fetched, 'person', 'persons')}. It lacks{' '}
          {count(heldDeletions)}
          {contacts !== undefined && ` of ${count(contacts)}`} contacts
          {holdReason === 'deletion-guard' &&
            guard != null &&
            `, above the guard of ${Math.round(guard.share * 100)} % and ${count(guard.count)}`}
          . None is deleted until you approve.
        </p>
      </div>
      {may('admin') || may('operate') ? (
        <div className="actions">
          <button
            className="btn"
            type="button"
            disabled={!isConnected || decide.isPending}
            onClick={() => {
              decide.mutate({ runId: id, decision: 'reject' }, { onError: onFailure });
            }}
          >
            Keep them
          </button>
          <button
            className="btn danger"
            type="button"
            disabled={!isConnected || decide.isPending}
            onClick={() => {
              setApproving(true);
            }}
          >
            Approve {counted(heldDeletions, 'deletion')}…
          </button>
        </div>
      ) : null}
      {isApproving && (
        <ConfirmDialog
          title={
            <>
              Delete {counted(heldDeletions, 'contact')} of <span dir="auto">{accountName}</span>?
            </>
          }
          keep="Not now"
          onKeep={() => {
            setApproving(false);
          }}
          act={`Delete ${counted(heldDeletions, 'contact')}`}
          onAct={() => {
            void approve();
          }}
          isPending={decide.isPending}
          error={decide.error}
        >
          <p>
            {about.data?.kafka === true
              ? 'The read model and the consumers on Kafka get'
              : 'The read model gets'}{' '}
            {counted(heldDeletions, 'ContactDeleted event')}. Nothing is changed in Google: contacts that it
            shows again come back as restored at the next sync.
          </p>
          {summary.data != null && summary.data.changedInLast30Days > 0 && (
            <p className="muted">
              {count(summary.data.changedInLast30Days)} of them were changed in the last 30 days.
            </p>
          )}
        </ConfirmDialog>
      )}
    </section>
  );
}
