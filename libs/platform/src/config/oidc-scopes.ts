import { type Scope, SCOPES } from './api-tokens.js';

/**
 * Reads the comma list of OIDC_SCOPES: `group=scope+scope`. A group that comes twice has the scopes of both.
 *
 * @returns null where it is not that
 */
export function parseOidcScopes(text: string): ReadonlyMap<string, ReadonlySet<Scope>> | null {
  const scopes = new Map<string, Set<Scope>>();
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [, group, list = ''] = /^(.*\S)\s*=\s*([a-z+]+)$/.exec(entry) ?? [];
    const named = list.split('+');
    if (group === undefined || !named.every(isScope)) return null;
    scopes.set(group, new Set([...(scopes.get(group) ?? []), ...named]));
  }
  return scopes;
}

function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}
