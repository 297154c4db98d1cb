import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { Browser } from '../support/browser.js';
import { startTestService, type TestService } from '../support/service.js';
import { SignIns } from '../support/sign-in.js';
import { sql } from '../support/sql.js';

const DEMO = 'demo@example.com';
const SECOND = 'second@example.com';
const THIRD = 'third@example.com';
const HOME = 'https://app.example/connected?tab=contacts';
const ADMIN = { authorization: 'Bearer admin-token-0123456789abcdef' };

interface Link {
  readonly url: string;
  readonly expiresAt: string;
}

describe('A link by which a person connects an account', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService(
      {
        GOOGLE_REFRESH_TOKEN: '',
        API_TOKENS:
          'admin-token-0123456789abcdef,reader:read+operate:reader-token-0123456789abcdef,bound:admin@78f5bb14-1a39-49b1-a145-f0b49708929d:bound-token-0123456789abcdef',
        RETURN_URLS: 'https://app.example, http://localhost:8080',
      },
      {
        persons: 3,
        accounts: [
          { name: 'second', persons: 2 },
          { name: 'third', persons: 0 },
        ],
      },
    );
  });
  afterAll(() => service.stop());
  afterEach(() => service.google.control('DELETE', '/control/faults'));

  const api = (method: string, path: string, body?: unknown) => service.api(method, path, body, ADMIN);
  const linkFor = async (draft: object = {}): Promise<Link> => {
    const { status, body } = await api('POST', '/api/auth/google/links', draft);
    expect(status).toBe(201);
    return body as Link;
  };
  /** Where this service really listens. */
  const here = ({ url }: Link): string => `${service.url}${new URL(url).pathname}`;
  /** A person opens the link, presses the button, and consents. @returns where Google sends the browser back */
  const follow = async (link: Link, who: SignIns, email: string | null, scopes?: string[]): Promise<URL> => {
    const page = await who.browser.open(here(link));
    expect(await page.text()).toMatch('<form method="post"><button>Continue to Google</button></form>');
    const begun = await who.browser.open(here(link), { method: 'POST' });
    expect(begun.status).toBe(303);
    return who.consent(new URL(begun.headers.get('location') ?? ''), email, scopes);
  };
  const connect = async (link: Link, email: string | null, scopes?: string[]): Promise<Response> => {
    const who = new SignIns(service.url);
    return who.comeBack(await follow(link, who, email, scopes));
  };
  const sentTo = (answer: Response): Record<string, string> => {
    expect(answer.status).toBe(303);
    const { origin, pathname, searchParams } = new URL(answer.headers.get('location') ?? '');
    expect(origin + pathname).toBe('https://app.example/connected');
    return Object.fromEntries(searchParams);
  };
  const accountOf = async (email: string) => {
    const { body } = await api('GET', '/api/accounts');
    return (body.items as Record<string, unknown>[]).find((account) => account.email === email);
  };
  const eventsAfter = async (position: string) =>
    (await api('GET', `/api/events?after=${position}`)).body.items as Record<string, unknown>[];

  it('leads one through a sign-in and back, and names the account; opening it uses nothing up', async () => {
    const link = await linkFor({ reference: 'tenant-42/user-7', returnUrl: HOME, loginHint: DEMO });
    expect(link.url).toMatch(/^http:\/\/127\.0\.0\.1:0\/api\/auth\/google\/links\/[\w-]{43}$/);
    expect(new Date(link.expiresAt).getTime() - Date.now()).toBeGreaterThan(86_000_000);
    for (const method of ['HEAD', 'GET', 'GET'])
      expect((await fetch(here(link), { method })).status).toBe(200);

    const query = sentTo(await connect(link, null));

    const account = await accountOf(DEMO);
    expect(query).toEqual({ tab: 'contacts', outcome: 'connected', accountId: account?.id });
    expect(account).toMatchObject({ state: 'connected', reference: 'tenant-42/user-7' });
    const found = await api('GET', '/api/accounts?reference=tenant-42%2Fuser-7');
    expect(found.body.items).toMatchObject([{ id: account?.id }]);
    expect((await api('GET', '/api/accounts?reference=nobody')).body.items).toEqual([]);
  });

  it('puts the reference into events, as it was when each was made', async () => {
    const accountId = (await accountOf(DEMO))?.id;
    const sync = () => api('POST', '/api/sync/full', { accountId });
    const edit = () =>
      service.google.control('POST', '/control/persons/change', {
        edits: 1,
        creates: 0,
        deletes: 0,
        seed: 7,
      });
    await sync();
    await api('PATCH', `/api/accounts/${String(accountId)}`, { reference: 'é/8' });
    await edit();
    await sync();
    await api('PATCH', `/api/accounts/${String(accountId)}`, { reference: null });
    await service.google.control('POST', '/control/persons', { names: ['A B'] });
    await sync();

    const references = (await eventsAfter('0')).map(({ accountref }) => accountref);
    expect(references).toEqual([
      ...Array.from({ length: 3 }, () => 'tenant-42/user-7'),
      ...references.slice(3, -1).map(() => 'é/8'),
      undefined,
    ]);
    expect(references).toHaveLength(5);
  });

  it('gives an account that the person has already its reference in place of another one', async () => {
    await connect(await linkFor({ reference: 'before' }), DEMO);
    const before = await accountOf(DEMO);
    expect(before).toMatchObject({ reference: 'before' });
    await connect(await linkFor({ reference: 'after' }), DEMO);
    expect(await accountOf(DEMO)).toEqual({ ...before, reference: 'after', connectedAt: expect.any(String) });
    await connect(await linkFor(), DEMO);
    expect(await accountOf(DEMO)).toMatchObject({ reference: 'after' });
  });

  it('signs the account in again that has its reference, and nobody else', async () => {
    const draft = { reference: 'after', returnUrl: HOME };
    const link = await linkFor(draft);
    expect(sentTo(await connect(link, SECOND))).toEqual({ tab: 'contacts', outcome: 'wrong-account' });
    expect(await accountOf(SECOND)).toBeUndefined();
    expect(sentTo(await connect(link, DEMO))).toMatchObject({ outcome: 'connected' });
  });

  it('can be used again where the person refused, left the contacts out, or Google failed', async () => {
    const link = await linkFor({ returnUrl: HOME, reference: 'third' });
    const who = new SignIns(service.url);
    const back = await follow(link, who, THIRD);
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    expect(sentTo(await who.comeBack(back))).toEqual({ tab: 'contacts', outcome: 'refused' });

    expect(sentTo(await connect(link, THIRD, ['openid', 'email']))).toMatchObject({ outcome: 'refused' });

    const fault = { where: 'token', fault: { kind: 'status', status: 503 } };
    await service.google.control('POST', '/control/faults?account=third', fault);
    expect(sentTo(await connect(link, THIRD))).toEqual({ tab: 'contacts', outcome: 'failed' });

    expect(sentTo(await connect(link, THIRD))).toMatchObject({ outcome: 'connected' });
  });

  it('sends a page that is opened again to the same place', async () => {
    const who = new SignIns(service.url);
    const back = await follow(await linkFor({ returnUrl: HOME }), who, THIRD);
    const first = sentTo(await who.comeBack(back));
    expect(first).toMatchObject({ outcome: 'connected', accountId: (await accountOf(THIRD))?.id });
    expect(sentTo(await who.comeBack(back))).toEqual(first);
  });

  it('shows pages where it has no place to return to', async () => {
    const link = await linkFor({ reference: 'after' });
    const refused = await connect(link, THIRD);
    expect(refused.status).toBe(403);
    expect(await refused.text()).toMatch(
      /This link is for an account that another Google person has connected\. .* Open your link again/,
    );
    const connected = await connect(link, DEMO);
    expect(connected.status).toBe(200);
    expect(await connected.text()).toMatch('<h1>Connected</h1>');
  });

  it('is used up by the first of two sign-ins that finish', async () => {
    const link = await linkFor({ returnUrl: HOME });
    const [one, other] = [new SignIns(service.url), new SignIns(service.url)];
    const [first, second] = [await follow(link, one, SECOND), await follow(link, other, THIRD)];
    expect(sentTo(await one.comeBack(first))).toMatchObject({ outcome: 'connected' });
    expect(sentTo(await other.comeBack(second))).toEqual({ tab: 'contacts', outcome: 'failed' });
  });

  it.each<[string, number, RegExp, (link: Link) => Promise<unknown>]>([
    ['used', 410, /has been used/, (link) => connect(link, SECOND)],
    [
      'late',
      410,
      /older than 24 hours.*Ask for a new one/,
      () => sql(service.database, `update connect_links set expires_at = now() - interval '1 s'`),
    ],
    [
      'unknown',
      404,
      /not known here.*Ask for a new one/,
      () => sql(service.database, 'delete from connect_links'),
    ],
  ])('that is %s is answered with a page that says what to do', async (_, status, says, end) => {
    const link = await linkFor();
    await end(link);
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(here(link), { method, redirect: 'manual' });
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toMatch('text/html');
      expect(await answer.text()).toMatch(says);
    }
  });

  it.each([
    'https://evil.example/',
    'https://app.example.evil.example/',
    'https://app.example@evil.example/',
    'https://user@app.example/',
    'https://user:password@app.example/',
    'https://evil.example\\@app.example/',
    'https://app.example\\@evil.example/',
    'https:\\\\app.example/',
    'https://app.example:444/',
    'http://app.example/',
    'http://localhost/',
    '//app.example/',
    '/connected',
    'javascript:alert(1)//https://app.example',
    'data:text/html,https://app.example',
    'https://app.example/\r\nset-cookie:a=b',
    ' https://app.example/',
    'https://app%2eexample.evil.example/',
    '',
  ])('sends nobody to a foreign place: "%s" (open redirect)', async (returnUrl) => {
    const { status, body } = await api('POST', '/api/auth/google/links', { returnUrl });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'return-url-not-allowed' });
  });

  it('sends nobody to a place that is allowed no longer', async () => {
    const link = await linkFor({ returnUrl: 'http://localhost:8080/' });
    await sql(service.database, `update connect_links set return_url = 'https://gone.example/'`);
    const answer = await connect(link, SECOND);
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
  });

  it.each([
    [{ reference: '' }, 'invalid-request'],
    [{ reference: 'x'.repeat(201) }, 'invalid-request'],
    [{ reference: 'a\u0000b' }, 'invalid-request'],
    [{ reference: '\ud800' }, 'invalid-request'],
    [{ reference: 7 }, 'invalid-request'],
    [{ loginHint: 'x'.repeat(255) }, 'invalid-request'],
    [{ next: 'https://app.example' }, 'invalid-request'],
  ])('is not made of %j', async (draft, code) => {
    expect(await api('POST', '/api/auth/google/links', draft)).toMatchObject({ status: 400, body: { code } });
  });

  it('is made by a token with the scope admin alone, which is bound to no account', async () => {
    const made = (token: string) =>
      service.api('POST', '/api/auth/google/links', {}, { authorization: `Bearer ${token}` });
    expect((await made('reader-token-0123456789abcdef')).body.code).toBe('scope-missing');
    expect((await made('bound-token-0123456789abcdef')).body.code).toBe('not-found');
    expect((await made('wrong')).body.code).toBe('invalid-api-token');
    expect((await service.api('GET', '/api/auth/google/links/x')).body.code).toBe('invalid-api-token');
  });

  it('has a page that no other page shows in a frame or presses the button of', async () => {
    const link = await linkFor();
    const policy = (await fetch(here(link))).headers.get('content-security-policy') ?? '';
    expect(policy).toMatch("frame-ancestors 'none'");
    expect(policy).toMatch(`form-action 'self' ${service.google.url}`);
    const pressed = await new Browser().open(here(link), {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect([pressed.status, pressed.headers.getSetCookie()]).toEqual([403, []]);
  });

  it('is stored as a hash alone', async () => {
    const token = new URL((await linkFor()).url).pathname.split('/').at(-1) ?? '';
    const [row] = await sql<{ stored: string }>(
      service.database,
      `select string_agg(l::text, ' ') as stored from connect_links l`,
    );
    expect(row?.stored).not.toContain(token);
  });

  it('leaves a reference to one account', async () => {
    const second = String((await accountOf(SECOND))?.id);
    const taken = await api('PATCH', `/api/accounts/${second}`, { reference: 'after' });
    expect(taken).toMatchObject({ status: 409, body: { code: 'reference-taken' } });
    expect((await api('PATCH', `/api/accounts/${second}`, { reference: 'second' })).body).toMatchObject({
      id: second,
      reference: 'second',
    });
  });

  it('is gone with its account', async () => {
    await connect(await linkFor({ reference: 'gone' }), SECOND);
    const links = async () =>
      (await sql(service.database, `select from connect_links where reference = 'gone'`)).length;
    expect(await links()).toBe(1);
    const id = String((await accountOf(SECOND))?.id);
    expect((await api('DELETE', `/api/accounts/${id}?erase=true`)).status).toBe(204);
    expect(await links()).toBe(0);
  });
});
