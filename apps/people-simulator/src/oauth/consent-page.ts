import { type Account } from '../storage/account-store.js';

/** What says who signs in; Google's consent page has no box for it. */
export function isAlwaysGranted(scope: string): boolean {
  return /^(openid|email|profile|https:\/\/www\.googleapis\.com\/auth\/userinfo\.(email|profile))$/.test(
    scope,
  );
}

/**
 * The consent page: a button an account, and one that refuses; a box a scope that may be left out. Its form sends the
 * request again, with the choice.
 */
export function consentPage(query: URLSearchParams, accounts: readonly Account[]): string {
  const client = escapeHtml(query.get('client_id') ?? '');
  const again = [...query].map(([name, value]) => input('hidden', name, value));
  const scopes = (query.get('scope') ?? '').split(' ').map((scope) => {
    const box = input(isAlwaysGranted(scope) ? 'hidden' : 'checkbox', 'grant', scope);
    return `<li><label>${box} <code>${escapeHtml(scope)}</code></label></li>`;
  });
  const buttons = accounts.map(({ name, email, displayName }) => {
    const label = `<b>${escapeHtml(displayName)}</b><br>${escapeHtml(email)}`;
    return `<p><button name="account" value="${escapeHtml(name)}">${label}</button></p>`;
  });
  return document(
    'Choose an account',
    `<form>${again.join('')}<p><b>${client}</b> wants to access your simulated Google account:</p>` +
      `<ul>${scopes.join('')}</ul>${buttons.join('')}<p><button name="refuse" value="1">Refuse</button></p></form>`,
  );
}

/** The page for a request that cannot be redirected back. */
export function refusalPage(reason: string): string {
  return document('Access blocked', `<p>${escapeHtml(reason)}</p>`);
}

function input(type: 'hidden' | 'checkbox', name: string, value: string): string {
  const checked = type === 'checkbox' ? ' checked' : '';
  return `<input type="${type}" name="${escapeHtml(name)}" value="${escapeHtml(value)}"${checked}>`;
}

function document(title: string, body: string): string {
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title} - people simulator</title>` +
    '<meta name="viewport" content="width=device-width"><style>body{font:16px/1.5 system-ui;max-width:30rem;' +
    'margin:3rem auto;padding:0 1rem}button{font:inherit;width:100%;padding:.75rem 1rem;text-align:left;' +
    `border:1px solid #888;border-radius:.5rem;background:none}</style><h1>${title}</h1>${body}` +
    '<p><small>This is the people simulator, not Google.</small></p></html>'
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
