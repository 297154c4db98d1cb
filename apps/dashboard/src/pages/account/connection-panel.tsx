import { type Account } from '../../api/answers.js';
import { BASE } from '../../base.js';
import { Copyable } from '../../parts/copy.js';
import { Panel } from '../../parts/panel.js';
import { Time } from '../../parts/time.js';

export function ConnectionPanel({ account }: { readonly account: Account }) {
  const { id, name, email, connectedAt, reference, region, state } = account;
  return (
    <Panel title="Connection">
      <dl className="kv pad">
        <div>
          <dt>Google account</dt>
          <dd dir="auto">{email ?? name}</dd>
        </div>
        <div>
          <dt>Connected</dt>
          <dd>
            <Time at={connectedAt} clock />
            {state === 'disconnected' && '; disconnected now'}
          </dd>
        </div>
        <div>
          <dt>Access</dt>
          <dd>reads contacts, never writes</dd>
        </div>
        {reference !== null && (
          <div>
            <dt>Reference</dt>
            <dd>
              <code>{reference}</code>
            </dd>
          </div>
        )}
        {region !== null && (
          <div>
            <dt>Region</dt>
            <dd>{region}, for phone numbers that tell no country</dd>
          </div>
        )}
        <div>
          <dt>Account id</dt>
          <dd>
            <code>{id}</code>
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

export function CommandLinePanel({ account: { id } }: { readonly account: Account }) {
  const command = `curl -X POST ${location.origin}${BASE}/api/sync \\\n  -H 'Content-Type: application/json' -d '{"accountId":"${id}"}'`;
  return (
    <Panel title="The same on the command line">
      <div className="pad">
        <Copyable text={command} what="Copy the command" />
      </div>
    </Panel>
  );
}
