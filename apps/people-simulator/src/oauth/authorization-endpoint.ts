import { type AccountStore } from '../storage/account-store.js';
import { type Clients } from './clients.js';
import { type AuthorizationRequest, type CodeStore } from './code-store.js';
import { consentPage, isAlwaysGranted, refusalPage } from './consent-page.js';
import { ISSUER } from './id-token.js';

export type AuthorizationAnswer =
  | { readonly redirect: string }
  | { readonly status: number; readonly page: string };

const PROMPTS = ['none', 'consent', 'select_account'];

/**
 * `GET /o/oauth2/v2/auth`: the consent page, or at once a redirect with a code when `auto=1` names an account
 * in `login_hint`, by its address or its `sub`. The page's own buttons come back with `account=NAME` or `refuse=1`, and
 * with a `grant` for each scope that is left ticked; without any, all are granted.
 * A request whose client or redirect URI is wrong is never redirected (RFC 6749, section 4.1.2.1).
 */
export function authorize(
  query: URLSearchParams,
  parts: { accounts: AccountStore; clients: Clients; codes: CodeStore },
  now: number,
): AuthorizationAnswer {
  const fault = parameterFault(query, parts.clients);
  if (fault !== undefined) return { status: 400, page: refusalPage(fault) };
  const state = query.get('state');
  const back = (result: Record<string, string>): AuthorizationAnswer => {
    const target = new URL(query.get('redirect_uri') ?? '');
    // Who answers (RFC 9207).
    for (const [name, value] of Object.entries({ iss: ISSUER, ...result })) {
      target.searchParams.set(name, value);
    }
    if (state !== null) target.searchParams.set('state', state);
    return { redirect: target.href };
  };
  if (query.get('refuse') === '1') return back({ error: 'access_denied' });
  const accounts = parts.accounts.all();
  const hint = query.get('auto') === '1' ? query.get('login_hint') : null;
  const chosen = accounts.find(
    ({ name, email, sub }) => name === query.get('account') || email === hint || sub === hint,
  );
  if (chosen !== undefined) {
    const request = requestOf(query);
    return back({
      code: parts.codes.issue(chosen.name, request, now),
      scope: request.scope,
      prompt: 'consent',
    });
  }
  if (query.get('auto') === '1') return back({ error: 'login_required' });
  return { status: 200, page: consentPage(query, accounts) };
}

function requestOf(query: URLSearchParams): AuthorizationRequest {
  return {
    clientId: query.get('client_id') ?? '',
    redirectUri: query.get('redirect_uri') ?? '',
    scope: grantedScope(query),
    offline: query.get('access_type') === 'offline',
    consent: (query.get('prompt') ?? '').split(' ').includes('consent'),
    codeChallenge: query.get('code_challenge'),
    nonce: query.get('nonce'),
  };
}

/** Granular consent: a person may grant less than what was asked for, but not less than who they are. */
function grantedScope(query: URLSearchParams): string {
  const [asked, granted] = [(query.get('scope') ?? '').split(' '), query.getAll('grant')];
  return asked
    .filter((scope) => granted.length === 0 || granted.includes(scope) || isAlwaysGranted(scope))
    .join(' ');
}

function parameterFault(query: URLSearchParams, clients: Clients): string | undefined {
  for (const name of ['client_id', 'redirect_uri', 'response_type', 'scope']) {
    if ((query.get(name) ?? '') === '')
      return `Error 400: invalid_request. Required parameter is missing: ${name}`;
  }
  if (!clients.known(query.get('client_id') ?? ''))
    return 'Error 401: invalid_client. The OAuth client was not found.';
  if (query.get('response_type') !== 'code')
    return 'Error 400: unsupported_response_type. Only "code" is supported.';
  if (!clients.mayRedirectTo(query.get('client_id') ?? '', query.get('redirect_uri') ?? '')) {
    return 'Error 400: redirect_uri_mismatch. The redirect URI in the request does not match the ones authorized for the OAuth client.';
  }
  const method = query.get('code_challenge_method');
  if (query.has('code_challenge') && method !== 'S256') {
    return 'Error 400: invalid_request. code_challenge_method must be S256.';
  }
  if (!['online', 'offline', ''].includes(query.get('access_type') ?? '')) {
    return 'Error 400: invalid_request. access_type must be online or offline.';
  }
  const prompts = (query.get('prompt') ?? '').split(' ').filter((prompt) => prompt !== '');
  if (
    prompts.some((prompt) => !PROMPTS.includes(prompt)) ||
    (prompts.includes('none') && prompts.length > 1)
  ) {
    return 'Error 400: invalid_request. Invalid parameter value for prompt.';
  }
  return undefined;
}
