import { OAuthError, invalidRequest } from './oauth-error.js';

export interface OAuthClient {
  readonly id: string;
  readonly secret?: string;
}

/** The OAuth clients that exist; with none configured, every client id and secret is accepted. */
export class Clients {
  constructor(private readonly configured: readonly OAuthClient[]) {}

  known(id: string): boolean {
    return this.configured.length === 0 || this.configured.some((client) => client.id === id);
  }

  /** The client of a token request, from the form or HTTP Basic; 401 invalid_client when it is not known. */
  authenticate(form: URLSearchParams, authorization: string | undefined): string {
    const basic = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1];
    const [basicId, basicSecret] = basic === undefined ? [] : basicParts(basic);
    const id = basicId ?? form.get('client_id') ?? '';
    if (id === '') throw invalidRequest('Could not determine client ID from request.');
    if (this.configured.length === 0) return id;
    const client = this.configured.find((one) => one.id === id);
    if (client === undefined) throw new OAuthError(401, 'invalid_client', 'The OAuth client was not found.');
    const secret = basicSecret ?? form.get('client_secret') ?? '';
    if (client.secret !== undefined && client.secret !== secret) {
      throw new OAuthError(401, 'invalid_client', 'Unauthorized');
    }
    return id;
  }
}

function basicParts(credentials: string): string[] {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return [decodeURIComponent(text)];
  return [text.slice(0, colon), text.slice(colon + 1)].map(decodeURIComponent);
}
