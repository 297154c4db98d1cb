import { signOut, useSession } from '../../api/session.js';
import { AccountName } from '../../parts/account-name.js';
import { Panel } from '../../parts/panel.js';
import { Time } from '../../parts/time.js';
import { listed } from '../../words/numbers.js';

/** Who one is to the service. */
export function SessionPanel() {
  const { data: session } = useSession();
  if (session == null) return null;
  const { name, scopes, accountId, expiresAt, csrfToken } = session;
  return (
    <Panel title="This session">
      <dl className="kv pad">
        <div>
          <dt>Signed in as</dt>
          <dd>{name}</dd>
        </div>
        <div>
          <dt>May</dt>
          <dd>{listed(scopes)}</dd>
        </div>
        <div>
          <dt>Sees</dt>
          <dd>{accountId === null ? 'all accounts' : <AccountName id={accountId} />}</dd>
        </div>
        {expiresAt !== null && (
          <div>
            <dt>Ends</dt>
            <dd>
              <Time at={expiresAt} />
            </dd>
          </div>
        )}
      </dl>
      {csrfToken !== null && (
        <div className="pad actions">
          <button className="btn" type="button" onClick={() => void signOut()}>
            Sign out
          </button>
        </div>
      )}
    </Panel>
  );
}
