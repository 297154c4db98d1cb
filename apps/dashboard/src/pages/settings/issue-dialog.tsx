import { useState } from 'react';

import { useAccounts } from '../../api/ask.js';
import { useMay, useSession } from '../../api/session.js';
import { type Scope, useIssueToken } from '../../api/tokens.js';
import { Copyable } from '../../parts/copy.js';
import { Dialog } from '../../parts/dialog.js';
import { Failure } from '../../parts/failure.js';

const SCOPES: readonly { readonly scope: Scope; readonly means: string }[] = [
  { scope: 'read', means: 'sees contacts and what they say' },
  { scope: 'operate', means: 'syncs, replays, sees how things stand' },
  { scope: 'admin', means: 'connects and ends accounts, issues tokens' },
];

const TIMES: readonly (readonly [text: string, words: string])[] = [
  ['7d', '7 days'],
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['365d', 'a year'],
];

/** Issues a token, and shows it this once. */
export function IssueDialog({ onClose }: { readonly onClose: () => void }) {
  const may = useMay();
  const { data: session } = useSession();
  const issue = useIssueToken();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[]>(['read']);
  const [accountId, setAccountId] = useState('');
  const [expiresIn, setExpiresIn] = useState('90d');
  if (issue.isSuccess) {
    return (
      <Dialog title={`The token ${issue.data.name}`} onClose={onClose}>
        <p>Copy it now: it is shown this once, and the service keeps no more than its hash.</p>
        <Copyable text={issue.data.token} what="Copy the token" />
        <div className="actions">
          <button className="btn primary" type="button" onClick={onClose}>
            Done
          </button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Issue a token" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const account = session?.accountId ?? accountId;
          issue.mutate({
            name: name.trim(),
            scopes,
            expiresIn,
            ...(account !== '' && { accountId: account }),
          });
        }}
      >
        <label>
          Name
          <span className="field">
            <input
              required
              autoFocus
              autoComplete="off"
              maxLength={64}
              placeholder="crm"
              value={name}
              onChange={(event) => {
                setName(event.target.value);
              }}
            />
          </span>
        </label>
        <fieldset>
          <legend>May</legend>
          {SCOPES.filter(({ scope }) => may(scope)).map(({ scope, means }) => (
            <label key={scope} className="choice">
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={(event) => {
                  setScopes(
                    event.target.checked ? [...scopes, scope] : scopes.filter((each) => each !== scope),
                  );
                }}
              />
              <span>
                <b>{scope}</b> <span className="muted">{means}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {session?.accountId == null && may('operate') && (
          <AccountField accountId={accountId} onChange={setAccountId} />
        )}
        <label>
          Ends after
          <select
            className="btn block"
            value={expiresIn}
            onChange={(event) => {
              setExpiresIn(event.target.value);
            }}
          >
            {TIMES.map(([text, words]) => (
              <option key={text} value={text}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <Failure error={issue.error} />
        <div className="actions">
          <button className="btn" type="button" onClick={onClose}>
            Not now
          </button>
          <button className="btn primary" type="submit" disabled={issue.isPending || scopes.length === 0}>
            Issue
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Of thousands of accounts, those that are called as what is typed. */
function AccountField({
  accountId,
  onChange,
}: {
  readonly accountId: string;
  readonly onChange: (id: string) => void;
}) {
  const [q, setQ] = useState('');
  const accounts = useAccounts({ ...(q !== '' && { q }), sort: 'name' }).data?.items ?? [];
  return (
    <>
      <label>
        Sees
        <select
          className="btn block"
          value={accountId}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        >
          <option value="">all accounts</option>
          {accounts.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {(accounts.length >= 50 || q !== '') && (
        <label>
          <span className="vh">Find an account</span>
          <span className="field">
            <input
              type="search"
              placeholder="Find an account by its name"
              value={q}
              onChange={(event) => {
                setQ(event.target.value);
              }}
            />
          </span>
        </label>
      )}
    </>
  );
}
