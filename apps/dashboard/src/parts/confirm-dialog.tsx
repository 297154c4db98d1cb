import { type ReactNode } from 'react';

import { Dialog } from './dialog.js';
import { Failure } from './failure.js';

interface ConfirmDialogProps {
  readonly title: ReactNode;
  /** What happens if it is done. */
  readonly children: ReactNode;
  /** The button that leaves everything as it is. It comes first and has the focus, so that Enter alone does no harm. */
  readonly keep: string;
  readonly onKeep: () => void;
  /** The button that does it. */
  readonly act: string;
  readonly onAct: () => void;
  /** Can be taken back: less loud. */
  readonly isMild?: boolean;
  readonly isPending?: boolean;
  readonly error?: Error | null;
}

/** Asks before something that more than a click is to stand for. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const {
    title,
    children,
    keep,
    onKeep,
    act,
    onAct,
    isMild = false,
    isPending = false,
    error = null,
  } = props;
  return (
    <Dialog title={title} onClose={onKeep}>
      {children}
      <Failure error={error} />
      <div className="actions">
        <button className="btn" type="button" autoFocus onClick={onKeep}>
          {keep}
        </button>
        <button
          className={isMild ? 'btn danger' : 'btn danger-fill'}
          type="button"
          disabled={isPending}
          onClick={onAct}
        >
          {act}
        </button>
      </div>
    </Dialog>
  );
}
