import { type Account } from '../../api/answers.js';
import { useMay } from '../../api/session.js';
import { Panel } from '../../parts/panel.js';
import { ConnectLink } from '../overview/connect-dialog.js';

export function SendLinkPanel({ account: { email } }: { readonly account: Account }) {
  const may = useMay();
  return (
    <Panel title="The owner is somebody else?">
      <div className="pad stack">
        {may('admin') ? (
          <ConnectLink {...(email !== null && { loginHint: email })} />
        ) : (
          <p>Ask whoever has a token with the scope admin for a link to send.</p>
        )}
        <p className="small muted">
          Nobody is asked for a password here. The app asks to read contacts, and never writes.
        </p>
      </div>
    </Panel>
  );
}
