import { useState } from 'react';
import { useLocation } from 'wouter';

import { type Account } from '../../api/answers.js';
import { useEndAccount } from '../../api/commands.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Dialog } from '../../parts/dialog.js';
import { Failure } from '../../parts/failure.js';
import { tell } from '../../shell/toasts.js';
import { count } from '../../words/numbers.js';

interface EndDialogProps {
  readonly account: Account;
  readonly onClose: () => void;
}

export function DisconnectDialog({ account: { id, name, contacts }, onClose }: EndDialogProps) {
  const end = useEndAccount();
  return (
    <ConfirmDialog
      title={
        <>
          Disconnect <span dir="auto">{name}</span>?
        </>
      }
      keep="Keep it connected"
      onKeep={onClose}
      act="Disconnect"
      onAct={() => {
        end.mutate({ id, erase: false }, { onSuccess: onClose });
      }}
      isMild
      isPending={end.isPending}
      error={end.error}
    >
      <p>
        The sign-in is given back to Google, and its syncs stop. Its {count(contacts)} contacts and their
        history stay readable; whoever signs in again goes on with them.
      </p>
    </ConfirmDialog>
  );
}

/** Nothing brings it back, so it is typed. */
export function EraseDialog({ account: { id, name, email, contacts }, onClose }: EndDialogProps) {
  const end = useEndAccount();
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState('');
  const erase = async () => {
    // The account may be gone by then, and this dialog with it.
    const isOver = await end.mutateAsync({ id, erase: true }).catch(() => null);
    if (isOver === null) return;
    onClose();
    tell(isOver ? `${name} is erased` : `${name} is being erased`);
    navigate('/');
  };
  const word = `erase ${(email ?? name).split('@')[0] ?? ''}`;
  return (
    <Dialog
      title={
        <>
          Erase <span dir="auto">{name}</span>?
        </>
      }
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (typed !== word) return;
          void erase();
        }}
      >
        <p>This cannot be undone.</p>
        <ul>
          <li>{count(contacts)} contacts are deleted, each with an event to its consumers</li>
          <li>Their whole history is removed from the log</li>
          <li>The sign-in is given back to Google</li>
        </ul>
        <p className="muted">
          What is on <code>contacts.events</code> stays until Kafka’s retention ends.
        </p>
        <label>
          Type <b>{word}</b> to go on
          <span className="field">
            <input
              type="text"
              autoComplete="off"
              spellCheck={false}
              autoFocus
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
              }}
            />
          </span>
        </label>
        <Failure error={end.error} />
        <div className="actions">
          <button className="btn" type="button" onClick={onClose}>
            Keep the account
          </button>
          <button className="btn danger-fill" type="submit" disabled={typed !== word || end.isPending}>
            Erase account
          </button>
        </div>
      </form>
    </Dialog>
  );
}
