import { type ReactNode, useState } from 'react';

import { asProblem } from '../../api/problem.js';
import { type Decision, type TroubleKind, useDecide } from '../../api/trouble.js';
import { useIsConnected } from '../../live/connection.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Icon } from '../../parts/icon.js';
import { useKeys } from '../../shell/keys.js';

interface DecideProps {
  readonly kind: TroubleKind;
  readonly id: string;
  readonly isOpen: boolean;
  /** What a discard means for it, below the question. */
  readonly consequence: string;
  /** Whose it is, as the dialog names it. */
  readonly what: string;
}

/** Replay and discard of one thing. @returns the buttons, and what came of them */
export function useDecisions({ kind, id, isOpen, consequence, what }: DecideProps): {
  buttons: ReactNode;
  outcome: ReactNode;
} {
  const decide = useDecide(kind);
  const [isAsking, setAsking] = useState(false);
  const isConnected = useIsConnected();
  const isDone = !isOpen || decide.isSuccess;
  const cannot = isDone ? 'It is closed' : isConnected ? undefined : 'The service cannot be reached';
  // Not the attribute disabled, by which a button would lose the focus of whoever has just pressed it.
  const isDisabled = cannot !== undefined || decide.isPending;
  const begin = (decision: Decision) => {
    if (!isDisabled) decide.mutate({ id, decision });
  };
  useKeys({
    r: () => {
      begin('replay');
    },
  });
  const buttons = (
    <>
      <button
        className="btn primary"
        type="button"
        aria-disabled={isDisabled}
        title={cannot}
        aria-busy={decide.isPending}
        onClick={() => {
          begin('replay');
        }}
      >
        <Icon name="sync" spin={decide.isPending} />
        Replay
      </button>
      <button
        className="btn"
        type="button"
        aria-disabled={isDisabled}
        title={cannot}
        onClick={() => {
          if (!isDisabled) setAsking(true);
        }}
      >
        Discard…
      </button>
      {isAsking && (
        <ConfirmDialog
          title={`Discard ${what}?`}
          keep="Keep it"
          onKeep={() => {
            setAsking(false);
          }}
          act="Discard"
          onAct={() => {
            setAsking(false);
            begin('discard');
          }}
        >
          <p>{consequence}</p>
        </ConfirmDialog>
      )}
    </>
  );
  return { buttons, outcome: <Outcome decide={decide} kind={kind} /> };
}

function Outcome({
  decide,
  kind,
}: {
  readonly decide: ReturnType<typeof useDecide>;
  readonly kind: TroubleKind;
}) {
  if (decide.isError) {
    const { code, detail } = asProblem(decide.error);
    return (
      <div className="notice warn" role="alert">
        <Icon name="warn" />
        <div>
          <h2>
            {code === 'still-not-understood'
              ? 'It is still not understood; nothing has changed'
              : 'Nothing has changed'}
          </h2>
          <p>{detail}</p>
        </div>
      </div>
    );
  }
  if (!decide.isSuccess) return null;
  const replayed =
    kind === 'quarantine'
      ? 'It is understood now, and what came of it is stored.'
      : 'It is on its way again.';
  return (
    <div className="notice run" role="status">
      <Icon name="check" />
      <div>
        <h2>{decide.variables.decision === 'replay' ? 'Replayed' : 'Discarded'}</h2>
        <p>{decide.variables.decision === 'replay' ? replayed : 'Nobody will replay it.'}</p>
      </div>
    </div>
  );
}
