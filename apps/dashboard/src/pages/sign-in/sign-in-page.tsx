import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { asProblem } from '../../api/problem.js';
import { signIn } from '../../api/session.js';
import { BASE, OFFERS_OIDC } from '../../base.js';
import { Brand } from '../../shell/brand.js';
import { useTitle } from '../../shell/title.js';

/** Asks who is there. The token is sent once, and kept nowhere: the service answers with a cookie that no script can read. */
export function SignInPage() {
  useTitle('Sign in');
  const [token, setToken] = useState('');
  const opening = useMutation({ mutationFn: signIn });
  const problem = opening.isError ? asProblem(opening.error) : null;
  return (
    <main className="alone">
      <form
        className="panel"
        aria-labelledby="asked"
        onSubmit={(event) => {
          event.preventDefault();
          opening.mutate(token.trim());
        }}
      >
        <Brand />
        <h1 id="asked">{OFFERS_OIDC ? 'Sign in' : 'This service asks for a token'}</h1>
        <p className="muted">
          {OFFERS_OIDC && 'With your organisation, or with a token. '}A token is kept as a cookie of this
          browser until you leave. Whoever runs the service has it in <code>API_TOKENS</code>, or issues one.
        </p>
        <label>
          Token
          <span className="field">
            <input
              type="password"
              name="token"
              autoComplete="current-password"
              autoFocus
              required
              value={token}
              aria-invalid={problem !== null}
              aria-describedby={problem === null ? undefined : 'refused'}
              onChange={(event) => {
                setToken(event.target.value);
              }}
            />
          </span>
        </label>
        {problem !== null && (
          <p className="bad small" id="refused" role="alert">
            {problem.code === 'invalid-api-token'
              ? 'Error: the service does not know this token. Check for a missing character, or ask for a new one.'
              : `Error: ${problem.detail}`}
          </p>
        )}
        <div className="actions">
          {OFFERS_OIDC && (
            <a className="btn" href={`${BASE}/api/session/oidc`}>
              Sign in with your organisation
            </a>
          )}
          <button className="btn primary" type="submit" disabled={opening.isPending}>
            Go on
          </button>
        </div>
      </form>
    </main>
  );
}
