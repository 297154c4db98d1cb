import { type Account } from '../storage/account-store.js';

/** The consent page: one link an account, and one that refuses; each is this request plus the choice. */
export function consentPage(query: URLSearchParams, accounts: readonly Account[]): string {
  const client = escapeHtml(query.get('client_id') ?? '');
  const scopes = (query.get('scope') ?? '')
    .split(' ')
    .map((scope) => `<li><code>${escapeHtml(scope)}</code></li>`);
  const buttons = accounts.map(({ name, email, displayName }) => {
    const link = choiceLink(query, 'account', name);
    return `<p><a class="account" href="${link}"><b>${escapeHtml(displayName)}</b><br>${escapeHtml(email)}</a></p>`;
  });
  return document(
    'Choose an account',
    `<p><b>${client}</b> wants to access your simulated Google account:</p><ul>${scopes.join('')}</ul>` +
      `${buttons.join('')}<p><a href="${choiceLink(query, 'refuse', '1')}">Refuse</a></p>`,
  );
}

/** The page for a request that cannot be redirected back. */
export function refusalPage(reason: string): string {
  return document('Access blocked', `<p>${escapeHtml(reason)}</p>`);
}

function choiceLink(query: URLSearchParams, name: string, value: string): string {
  const choice = new URLSearchParams(query);
  choice.set(name, value);
  return escapeHtml(`?${choice.toString()}`);
}

function document(title: string, body: string): string {
  return (
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title} - people simulator</title>` +
    '<meta name="viewport" content="width=device-width"><style>body{font:16px/1.5 system-ui;max-width:30rem;' +
    'margin:3rem auto;padding:0 1rem}a.account{display:block;padding:.75rem 1rem;border:1px solid #888;' +
    `border-radius:.5rem;text-decoration:none}</style><h1>${title}</h1>${body}` +
    '<p><small>This is the people simulator, not Google.</small></p></html>'
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
