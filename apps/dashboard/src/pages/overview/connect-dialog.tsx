import { useState } from 'react';

import { useConnectLink } from '../../api/commands.js';
import { Copyable } from '../../parts/copy.js';
import { Dialog } from '../../parts/dialog.js';
import { Failure } from '../../parts/failure.js';
import { GoogleSignIn } from '../../parts/google-sign-in.js';
import { Icon } from '../../parts/icon.js';
import { Time } from '../../parts/time.js';

/** Two ways: sign in here, or send somebody a link. */
export function ConnectDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Connect an account" onClose={onClose}>
      <p>Google asks the owner of the contacts. contactstream reads them, and never writes.</p>
      <p className="muted">Nobody is asked for a password here.</p>
      <GoogleSignIn />
      <ConnectLink />
      <div className="actions">
        <button className="btn" type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

/** @param loginHint whom Google should ask; left out: whoever opens the link */
export function ConnectLink({ loginHint }: { readonly loginHint?: string }) {
  const link = useConnectLink();
  const [reference, setReference] = useState('');
  if (link.data !== undefined) {
    return (
      <div className="stack">
        <p>
          Send this link to one person. It opens Google’s own page, connects once, and ends{' '}
          <Time at={link.data.expiresAt} />.
        </p>
        <Copyable text={link.data.url} what="Copy the one-time link" />
      </div>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        link.mutate({
          ...(reference !== '' && { reference }),
          ...(loginHint !== undefined && { loginHint }),
        });
      }}
    >
      {loginHint === undefined && (
        <label>
          For somebody else: what your product calls the account
          <span className="field">
            <input
              type="text"
              maxLength={200}
              value={reference}
              placeholder="none"
              onChange={(event) => {
                setReference(event.target.value);
              }}
            />
          </span>
        </label>
      )}
      <Failure error={link.error} />
      <div className="actions">
        <button className="btn" type="submit" disabled={link.isPending}>
          <Icon name="link" />
          Make a link to send
        </button>
      </div>
    </form>
  );
}
