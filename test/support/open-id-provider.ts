import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

import Provider from 'oidc-provider';

import { type Browser } from './browser.js';

/** A real OpenID provider: whoever types a name is that person. */
export interface TestOpenIdProvider {
  readonly issuer: string;
  /**
   * Signs a person in where a service sent the browser.
   *
   * @returns where the provider sends the browser back
   */
  signIn(browser: Browser, url: string, person: string): Promise<URL>;
  /** The person does not want to. */
  cancel(browser: Browser, url: string): Promise<URL>;
  stop(): Promise<void>;
}

export const OIDC_CLIENT = { id: 'contactstream', secret: 'secret-of-a-test' };

/** @param groups of each person @param redirectUri where browsers may be sent back */
export async function startOpenIdProvider(
  groups: Readonly<Record<string, readonly string[]>>,
  redirectUri: string,
): Promise<TestOpenIdProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: OIDC_CLIENT.id, client_secret: OIDC_CLIENT.secret, redirect_uris: [redirectUri] }],
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: { email: ['email', 'email_verified'], groups: ['groups'] },
    cookies: { keys: ['of a test'] },
    findAccount: (_, sub) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.org`, email_verified: true, groups: groups[sub] }),
    }),
  });
  const answer = provider.callback();
  server.on('request', (request, response) => {
    void answer(request, response);
  });

  /** Its pages are forms; each leads to the next one, over redirects of its own. */
  const follow = async (browser: Browser, url: URL, init: RequestInit = {}): Promise<URL> => {
    const answer = await browser.open(url, init);
    const location = answer.headers.get('location');
    if (location === null) return url;
    const next = new URL(location, issuer);
    return next.origin === issuer ? follow(browser, next) : next;
  };
  const send = (browser: Browser, form: URL, fields: Record<string, string>) =>
    follow(browser, form, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });
  return {
    issuer,
    signIn: async (browser, url, person) => {
      const login = await follow(browser, new URL(url));
      if (login.origin !== issuer) return login;
      const consent = await send(browser, login, { prompt: 'login', login: person, password: 'any' });
      return send(browser, consent, { prompt: 'consent' });
    },
    cancel: async (browser, url) => {
      const login = await follow(browser, new URL(url));
      return follow(browser, new URL(`${login.href}/abort`));
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
