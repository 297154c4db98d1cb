import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { request } from 'node:http';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startTestService, type TestService } from '../support/service.js';

/** What the issue of the page's size allows, sent with brotli. */
const MOST_SCRIPT = 150_000;
const MOST_STYLE = 15_000;

const DEEP_LINKS = [
  '/',
  '/accounts/7a5c0c8e',
  '/runs/7a5c0c8e',
  '/contacts',
  '/events/12',
  '/trouble',
  '/settings',
];

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** As it came: fetch would unpack it. */
function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) });
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('The page', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ API_TOKENS: 'a-token-of-the-test-suite' });
  });
  afterAll(() => service.stop());

  const assets = async (): Promise<string[]> => {
    const document = (await ask(`${service.url}/`)).body.toString();
    return [...document.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);
  };

  it.each(DEEP_LINKS)('is answered at %s without a token, and asked for anew each time', async (path) => {
    const { status, headers, body } = await ask(`${service.url}${path}`);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-cache');
    expect(body.toString()).toMatch(/<div id="page">/);
    const { status: unchanged } = await ask(`${service.url}${path}`, {
      'if-none-match': String(headers.etag),
    });
    expect(unchanged).toBe(304);
  });

  it('runs its own script alone, and no text becomes one', async () => {
    const { headers, body } = await ask(`${service.url}/`);
    const policy = String(headers['content-security-policy']);
    for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"])
      expect(policy).toContain(part);
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|https?:|data:/);
    expect(body.toString()).not.toMatch(/<style|\sstyle=|<script>|\son\w+=/);
  });

  it('has files that are kept for ever, each compressed as the browser likes it', async () => {
    const paths = await assets();
    expect(paths.length).toBeGreaterThanOrEqual(3);
    for (const path of paths) {
      const plain = await ask(`${service.url}${path}`, { 'accept-encoding': 'identity' });
      expect(plain.status).toBe(200);
      expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(plain.headers['content-encoding']).toBeUndefined();
      const br = await ask(`${service.url}${path}`, { 'accept-encoding': 'gzip, deflate, br' });
      expect(br.headers['content-encoding']).toBe('br');
      expect(brotliDecompressSync(br.body).equals(plain.body)).toBe(true);
      const gzip = await ask(`${service.url}${path}`, { 'accept-encoding': 'gzip' });
      expect(gzip.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
      expect(gzip.headers.vary).toMatch(/accept-encoding/i);
    }
  });

  it('stays within its budget', async () => {
    const sizeOf = async (extension: string) => {
      const files = (await assets()).filter((path) => path.endsWith(extension));
      const sizes = await Promise.all(
        files.map(
          async (path) => (await ask(`${service.url}${path}`, { 'accept-encoding': 'br' })).body.length,
        ),
      );
      return sizes.reduce((sum, size) => sum + size, 0);
    };
    expect(await sizeOf('.js')).toBeLessThan(MOST_SCRIPT);
    expect(await sizeOf('.css')).toBeLessThan(MOST_STYLE);
  });

  it('opens nothing else: calls, unknown paths and other methods are refused as before', async () => {
    expect((await ask(`${service.url}/api/accounts`)).status).toBe(401);
    expect((await ask(`${service.url}/nowhere`)).status).toBe(401);
    expect((await ask(`${service.url}/assets/../api/accounts`)).status).toBe(401);
    expect((await ask(`${service.url}/assets/none.js`)).status).toBe(404);
    expect((await ask(`${service.url}/`, {}, 'POST')).status).toBe(404);
  });
});

describe('Who serves the page', () => {
  const documentOf = async (variables: Record<string, string>): Promise<Answer> => {
    const service = await startTestService(variables);
    try {
      return await ask(`${service.url}/`);
    } finally {
      await service.stop();
    }
  };

  it('DASHBOARD=off says: nobody', async () => {
    expect((await documentOf({ DASHBOARD: 'off' })).status).toBe(404);
  });

  it('no process without the role api', async () => {
    const { status, body } = await documentOf({ ROLES: 'scheduler' });
    expect(status).toBe(404);
    expect(body.toString()).toContain('role-missing');
  });

  it('below the path of PUBLIC_URL, its files are found there', async () => {
    const { body } = await documentOf({ PUBLIC_URL: 'http://127.0.0.1/contacts-of/us' });
    expect(body.toString()).toContain('data-base="/contacts-of/us/"');
    expect(body.toString()).toMatch(/src="\/contacts-of\/us\/assets\//);
  });
});
