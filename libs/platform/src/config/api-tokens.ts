import { isUuid } from '../ids/is-uuid.js';

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

/** How a token may be called, wherever it comes from: it stands in logs and answers. */
export const TOKEN_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._/@-]{0,63}$/u;

/** 22 characters of base64url hold 128 bits. */
const SHORTEST_TOKEN = 22;

/** What an `Authorization` header can carry. */
const SENDABLE = /^[\x21-\x7e]+$/;

/**
 * Reads the comma list of API_TOKENS: `token`, or `name:scope+scope:token` with `@accountId` after the scopes.
 *
 * @throws Error that says what is wrong with which entry and shows nothing of it: a token may stand in any place
 */
export function parseApiTokens(text: string): ApiToken[] {
  const tokens = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry, index) => parseEntry(entry, index + 1));
  refuseTwice(
    tokens.map(({ token }) => token),
    'token',
  );
  refuseTwice(
    tokens.map(({ name }) => name),
    'name',
  );
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
  if (!TOKEN_NAME.test(name)) {
    throw new Error(
      `has a name (entry ${place}) that is not 1 to 64 letters, digits, spaces or any of . _ / @ -, with a letter or digit first`,
    );
  }
  const [scopeList = '', ...binding] = grant.split('@');
  return {
    name,
    token: checked(token, place),
    scopes: scopesIn(scopeList, place),
    accountId: binding.length === 0 ? null : accountIn(binding.join('@'), place),
  };
}

function scopesIn(list: string, place: number): ReadonlySet<Scope> {
  const scopes = list.split('+');
  if (scopes.every((scope): scope is Scope => (SCOPES as readonly string[]).includes(scope))) {
    return new Set(scopes);
  }
  throw new Error(`has an unknown scope in entry ${place}; the scopes are ${SCOPES.join(', ')}`);
}

function accountIn(text: string, place: number): string {
  if (isUuid(text)) return text.toLowerCase();
  throw new Error(`has an entry (number ${place}) whose @ is not followed by the id of an account, a UUID`);
}

function checked(token: string, place: number): string {
  if (token.length < SHORTEST_TOKEN) {
    throw new Error(
      `has a token (entry ${place}) of fewer than ${SHORTEST_TOKEN} characters, which can be guessed; make one with openssl rand -base64 24`,
    );
  }
  if (!SENDABLE.test(token)) {
    throw new Error(
      `has a token (entry ${place}) with a space or a character beyond ASCII, which no caller can send`,
    );
  }
  return token;
}

function refuseTwice(all: readonly string[], what: 'token' | 'name'): void {
  const again = all.findIndex((one, index) => all.indexOf(one) < index);
  if (again === -1) return;
  throw new Error(`has the same ${what} in entries ${all.indexOf(all[again] ?? '') + 1} and ${again + 1}`);
}
