/**
 * A process before the simulated Google: it passes everything on, and answers those pages of lists of contacts from
 * memory that the benchmark has recalled before, in the bytes in which they came. So what is measured waits for no page to
 * be made. What it does not know is passed on and counted.
 */
import { Agent, createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer, json } from 'node:stream/consumers';

import { type GoogleCounters, RECALL } from './protocol.js';

const LIST = '/v1/people/me/connections';
const TOKEN = '/token';

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What is known of one account at Google. */
class Account {
  answers = new Map<string, Answer>();
  private counters = { requests: 0, bytes: 0, passedOn: 0, pageMs: [] as number[] };

  /** Counts a request from now to its end. */
  count({ socket }: IncomingMessage, response: ServerResponse, isRemembered: boolean): void {
    const start = performance.now();
    const before = socket.bytesWritten;
    this.counters.requests += 1;
    if (!isRemembered) this.counters.passedOn += 1;
    response.on('finish', () => {
      this.counters.bytes += socket.bytesWritten - before;
      if (isRemembered) this.counters.pageMs.push(performance.now() - start);
    });
  }

  take(): GoogleCounters {
    const { counters } = this;
    this.counters = { requests: 0, bytes: 0, passedOn: 0, pageMs: [] };
    return counters;
  }
}

/** By their refresh tokens. */
const accounts = new Map<string, Account>();
/** By the access tokens that Google gave. */
const signedIn = new Map<string, Account>();
/** Of requests without a token that is known. */
const nobody = new Account();
const agent = new Agent({ keepAlive: true, timeout: 5_000 });
const simulator = process.env.SIMULATOR_URL ?? '';

function accountOf(refreshToken: string): Account {
  const account = accounts.get(refreshToken) ?? new Account();
  accounts.set(refreshToken, account);
  return account;
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', simulator);
  if (url.pathname === '/recorded/forget') await forget(request, response);
  else if (url.pathname === '/recorded/counters') await tell(request, response);
  else if (url.pathname === TOKEN) await signIn(request, response);
  else await answer(request, response, url);
}

async function forget(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { refreshToken } = (await json(request)) as { refreshToken: string };
  // Another map: an answer that is on its way stems from before, and is put into the one that is gone.
  accountOf(refreshToken).answers = new Map();
  response.end();
}

async function tell(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { refreshTokens } = (await json(request)) as { refreshTokens: string[] };
  response.end(JSON.stringify(refreshTokens.map((token) => accountOf(token).take())));
}

/** Learns whose the access token is. */
async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isRecall = RECALL in request.headers;
  const form = await buffer(request);
  const refreshToken = new URLSearchParams(form.toString()).get('refresh_token');
  const account = refreshToken === null ? nobody : accountOf(refreshToken);
  if (!isRecall) account.count(request, response, false);
  // Not compressed, because it is read here.
  const { 'accept-encoding': _unread, ...headers } = request.headers;
  const given = await ask(request, headers, form);
  if (given.status === 200) {
    const { access_token: token } = JSON.parse(given.body.toString()) as { access_token?: string };
    if (token !== undefined) signedIn.set(token, account);
  }
  serve(response, given);
}

async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const account =
    signedIn.get(/^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '') ?? nobody;
  const isRecall = RECALL in request.headers;
  // As it was when the request came.
  const { answers } = account;
  const key = keyOf(request, url);
  const remembered = answers.get(key);
  if (!isRecall) account.count(request, response, remembered !== undefined);
  if (remembered !== undefined) {
    serve(response, remembered);
    return;
  }
  const { [RECALL]: _ours, ...headers } = request.headers;
  const given = await ask(request, headers, await buffer(request));
  const isPage = request.method === 'GET' && url.pathname === LIST && given.status === 200;
  if (isRecall && isPage && account !== nobody) answers.set(key, given);
  serve(response, given);
}

/** What an answer depends on, apart from the account and its state: page token, sync token, fields, and whatever else. */
function keyOf({ method, headers }: IncomingMessage, { pathname, searchParams }: URL): string {
  const parameters = new URLSearchParams([...searchParams].sort());
  return JSON.stringify([method, pathname, parameters.toString(), headers['accept-encoding']]);
}

function ask(
  { method, url }: IncomingMessage,
  headers: IncomingMessage['headers'],
  body: Buffer,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const passed = send(`${simulator}${url ?? '/'}`, { agent, method, headers }, (given) => {
      buffer(given).then((bytes) => {
        resolve({ status: given.statusCode ?? 502, headers: given.headers, body: bytes });
      }, reject);
    });
    passed.on('error', reject);
    passed.end(body);
  });
}

function serve(response: ServerResponse, { status, headers, body }: Answer): void {
  // Of one connection each.
  const {
    connection: _connection,
    'keep-alive': _keepAlive,
    'transfer-encoding': _encoding,
    ...kept
  } = headers;
  response.writeHead(status, { ...kept, 'content-length': body.length });
  response.end(body);
}

function main(): void {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      process.stderr.write(`recorded-google: ${request.url ?? ''} failed: ${String(error)}\n`);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 65_000;
  server.listen(0, '127.0.0.1', () => {
    process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  });
  process.once('disconnect', () => process.exit(0));
}

main();
