import { Browser } from './browser.js';

/** Signs people in to Google in a browser, step by step. */
export class SignIns {
  constructor(
    private readonly serviceUrl: string,
    readonly browser = new Browser(),
  ) {}

  /** @param query of the start, such as `?accountId=…` @returns where Google asks for consent */
  async begin(query = ''): Promise<URL> {
    const begun = await this.browser.open(`${this.serviceUrl}/api/auth/google${query}`);
    if (begun.status !== 302) throw new Error(`The sign-in did not begin: ${begun.status}`);
    return new URL(begun.headers.get('location') ?? '');
  }

  /**
   * A person consents at once.
   *
   * @param email null: whom the address names
   * @param scopes what is granted; left out: all that is asked for
   * @returns where Google sends the browser back
   */
  async consent(google: URL, email: string | null, scopes: readonly string[] = []): Promise<URL> {
    const url = new URL(google);
    if (email !== null) url.searchParams.set('login_hint', email);
    url.searchParams.set('auto', '1');
    for (const scope of scopes) url.searchParams.append('grant', scope);
    return new URL((await this.browser.open(url)).headers.get('location') ?? '');
  }

  /** The browser comes back, to where this service really listens. */
  comeBack(back: URL, browser = this.browser): Promise<Response> {
    return browser.open(`${this.serviceUrl}${back.pathname}${back.search}`);
  }

  async signIn(email: string | null, query = ''): Promise<Response> {
    return this.comeBack(await this.consent(await this.begin(query), email));
  }
}
