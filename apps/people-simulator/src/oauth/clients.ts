import { isLoopback } from '../http/is-loopback.js';
import { OAuthError, invalidRequest } from './oauth-error.js';

export interface OAuthClient {
  readonly id: string;
  readonly secret?: string;
  /** Where it may have browsers sent back to, to the letter; left out: to any loopback address. */
  readonly redirectUris?: readonly string[];
}

/** Ids of clients at Google end so: whoever brings one has pointed real credentials here by mistake. */
const OF_GOOGLE = '.apps.googleusercontent.com';

/** The OAuth clients that exist; with none configured, every id and secret is accepted, unless it is Google's. */
export class Clients {
  constructor(private readonly configured: readonly OAuthClient[]) {}

  known(id: string): boolean {
    return this.find(id) !== undefined;
  }

  /** Whether it was registered by the client: no other one gets a code (RFC 9700, 4.1.3). */
  mayRedirectTo(id: string, redirectUri: string): boolean {
    if (!URL.canParse(redirectUri)) return false;
    const { redirectUris } = this.find(id) ?? {};
    if (redirectUris !== undefined) return redirectUris.includes(redirectUri);
    const { protocol, hostname } = new URL(redirectUri);
    return protocol === 'http:' && isLoopback(hostname);
  }

  /** The client of a token request, from the form or HTTP Basic; 401 invalid_client when it is not known. */
  authenticate(form: URLSearchParams, authorization: string | undefined): string {
    const basic = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1];
    const [basicId, basicSecret] = basic === undefined ? [] : basicParts(basic);
    const id = basicId ?? form.get('client_id') ?? '';
    if (id === '') throw invalidRequest('Could not determine client ID from request.');
    const client = this.find(id);
    if (client === undefined) throw new OAuthError(401, 'invalid_client', 'The OAuth client was not found.');
    const secret = basicSecret ?? form.get('client_secret') ?? '';
    if (client.secret !== undefined && client.secret !== secret) {
      throw new OAuthError(401, 'invalid_client', 'Unauthorized');
    }
    return id;
  }

  private find(id: string): OAuthClient | undefined {
    if (id.endsWith(OF_GOOGLE)) return undefined;
    return this.configured.length === 0 ? { id } : this.configured.find((client) => client.id === id);
  }
}

function basicParts(credentials: string): string[] {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return [decodeURIComponent(text)];
  return [text.slice(0, colon), text.slice(colon + 1)].map(decodeURIComponent);
}
