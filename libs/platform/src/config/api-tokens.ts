export const SCOPES = ['operate', 'read', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** A bearer token of the REST API and what it allows. */
export interface ApiToken {
  /** How logs call it; never the token. */
  readonly name: string;
  readonly token: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The one account that it may see; null for all. */
  readonly accountId: string | null;
}

/**
 * Reads the comma list of API_TOKENS: `token`, or `name:scope+scope:token` with `@accountId` after the scopes.
 *
 * @throws Error that says what is wrong with which entry, without the token
 */
export function parseApiTokens(text: string): ApiToken[] {
  const tokens = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry, index) => parseEntry(entry, index + 1));
  if (new Set(tokens.map(({ token }) => token)).size !== tokens.length)
    throw new Error('names a token twice');
  return tokens;
}

function parseEntry(entry: string, place: number): ApiToken {
  const parts = entry.split(':');
  if (parts.length === 1) {
    return { name: `token ${place}`, token: checked(entry, place), scopes: new Set(SCOPES), accountId: null };
  }
  const [name, grant, token, ...rest] = parts;
  if (!name || grant === undefined || !token || rest.length > 0) {
    throw new Error(`has an entry (number ${place}) that is neither a token nor name:scope+scope:token`);
  }
  const [scopeList = '', accountId] = grant.split('@');
  const scopes = scopeList.split('+');
  const unknown = scopes.find((scope) => !SCOPES.includes(scope as Scope));
  if (unknown !== undefined) {
    throw new Error(
      `has the unknown scope "${unknown}" in entry ${place}; the scopes are ${SCOPES.join(', ')}`,
    );
  }
  return {
    name,
    token: checked(token, place),
    scopes: new Set(scopes as Scope[]),
    accountId: accountId ?? null,
  };
}

const SHORTEST_TOKEN = 8;

function checked(token: string, place: number): string {
  if (token.length < SHORTEST_TOKEN) {
    throw new Error(
      `has a token (entry ${place}) of fewer than ${SHORTEST_TOKEN} characters, which is easily guessed`,
    );
  }
  return token;
}
