import { useState } from 'react';

import { type Token, useRevokeToken, useTokens } from '../../api/tokens.js';
import { now } from '../../live/clock.js';
import { AccountName } from '../../parts/account-name.js';
import { ConfirmDialog } from '../../parts/confirm-dialog.js';
import { Icon } from '../../parts/icon.js';
import { Loaded, SkeletonRows } from '../../parts/loaded.js';
import { Panel } from '../../parts/panel.js';
import { Time } from '../../parts/time.js';
import { IssueDialog } from './issue-dialog.js';

/** Tokens that were issued while the service runs; those of API_TOKENS are the operator's own. */
export function TokensPanel() {
  const tokens = useTokens();
  const [isIssuing, setIssuing] = useState(false);
  const [revoking, setRevoking] = useState<Token | null>(null);
  return (
    <Panel
      title="API tokens"
      about="issued here; those of API_TOKENS are not listed"
      actions={
        <button
          className="btn primary sm"
          type="button"
          onClick={() => {
            setIssuing(true);
          }}
        >
          <Icon name="plus" />
          Issue a token…
        </button>
      }
    >
      <Loaded query={tokens} skeleton={<SkeletonRows rows={3} />}>
        {({ items }) =>
          items.length === 0 ? (
            <div className="nothing">
              <Icon name="key" />
              <h3>No token is issued yet</h3>
              <p>Programs that read contacts or events, and people without a single sign-on, use one each.</p>
            </div>
          ) : (
            <div className="scrolls" tabIndex={0} role="region" aria-label="API tokens">
              <table className="table">
                <thead>
                  <tr>
                    <th>Name</th>
                    <th>May</th>
                    <th>Sees</th>
                    <th>Ends</th>
                    <th>Last used</th>
                    <th>
                      <span className="vh">Revoke</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((token) => (
                    <Row key={token.id} token={token} revoke={setRevoking} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {isIssuing && (
        <IssueDialog
          onClose={() => {
            setIssuing(false);
          }}
        />
      )}
      {revoking !== null && (
        <RevokeDialog
          token={revoking}
          onClose={() => {
            setRevoking(null);
          }}
        />
      )}
    </Panel>
  );
}

function Row({ token, revoke }: { readonly token: Token; readonly revoke: (token: Token) => void }) {
  const { name, scopes, accountId, expiresAt, lastUsedAt, createdBy } = token;
  const isOver = Date.parse(expiresAt) <= now();
  return (
    <tr>
      <td>
        <b>{name}</b>
        <small>by {createdBy}</small>
      </td>
      <td>{scopes.join(', ')}</td>
      <td>{accountId === null ? 'all accounts' : <AccountName id={accountId} />}</td>
      <td>{isOver ? <span className="muted">ended</span> : <Time at={expiresAt} />}</td>
      <td>{lastUsedAt === null ? <span className="muted">never</span> : <Time at={lastUsedAt} />}</td>
      <td className="num">
        {!isOver && (
          <button
            className="btn sm danger"
            type="button"
            aria-label={`Revoke ${name}`}
            onClick={() => {
              revoke(token);
            }}
          >
            Revoke…
          </button>
        )}
      </td>
    </tr>
  );
}

function RevokeDialog({ token, onClose }: { readonly token: Token; readonly onClose: () => void }) {
  const revoke = useRevokeToken();
  return (
    <ConfirmDialog
      title={`Revoke ${token.name}?`}
      keep="Keep the token"
      onKeep={onClose}
      act="Revoke"
      onAct={() => {
        revoke.mutate(token.id, { onSuccess: onClose });
      }}
      isPending={revoke.isPending}
      error={revoke.error}
    >
      <p>
        Whoever uses it is refused from now on, and sessions that were opened with it end. This cannot be
        undone.
      </p>
    </ConfirmDialog>
  );
}
