import { useState } from 'react';

import { type Account } from '../../api/answers.js';
import { useChangeAccount } from '../../api/commands.js';
import { Dialog } from '../../parts/dialog.js';
import { Failure } from '../../parts/failure.js';

interface ScheduleDialogProps {
  readonly account: Account;
  /** What holds for accounts without an interval of their own; null: no schedule. */
  readonly usual: string | null;
  readonly onClose: () => void;
}

export function ScheduleDialog({ account: { id, name, interval }, usual, onClose }: ScheduleDialogProps) {
  const change = useChangeAccount();
  const [value, setValue] = useState(interval ?? '');
  return (
    <Dialog
      title={
        <>
          How often <span dir="auto">{name}</span> is synced
        </>
      }
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = value.trim();
          change.mutate(
            { id, settings: { interval: wanted === '' ? null : wanted } },
            { onSuccess: onClose },
          );
        }}
      >
        <label>
          A number and s, m, h or d, such as 15m; empty: as the service is set
          {usual === null ? '' : ` (${usual})`}
          <span className="field">
            <input
              type="text"
              autoFocus
              value={value}
              placeholder={usual ?? 'none'}
              aria-invalid={change.isError}
              onChange={(event) => {
                setValue(event.target.value);
              }}
            />
          </span>
        </label>
        <Failure error={change.error} />
        <div className="actions">
          <button className="btn" type="button" onClick={onClose}>
            Leave it
          </button>
          <button className="btn primary" type="submit" disabled={change.isPending}>
            Change
          </button>
        </div>
      </form>
    </Dialog>
  );
}
