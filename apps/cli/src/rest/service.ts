import { readFileSync } from 'node:fs';

import createClient, { type Client } from 'openapi-fetch';

import { type paths } from './schema.js';
import { Failure, wrongUsage } from '../failures.js';
import { patientFetch, Unreachable, whatIsWrong } from './http.js';
import { failureOf } from './problem.js';

const DEFAULT_URL = 'http://127.0.0.1:3000';

export interface Connection {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Where {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly reason?: string;
}

/** @throws Failure for what is no address, or a file that cannot be read */
export function connectionTo(
  { url: given, tokenFile, reason }: Where,
  environment: NodeJS.ProcessEnv,
): Connection {
  const url = given ?? setIn(environment, 'CONTACTSTREAM_URL') ?? DEFAULT_URL;
  const source = given === undefined ? 'CONTACTSTREAM_URL' : '--url';
  const protocol = URL.canParse(url) ? new URL(url).protocol : '';
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw wrongUsage(`${source} ${url} is not an address.`, `Write it as ${DEFAULT_URL}`);
  }
  if (new URL(url).password !== '') {
    throw wrongUsage(`${source} holds a password.`, 'Use CONTACTSTREAM_TOKEN or --token-file');
  }
  const token = tokenFile === undefined ? setIn(environment, 'CONTACTSTREAM_TOKEN') : tokenIn(tokenFile);
  return {
    url: url.replace(/\/+$/, ''),
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      // A header has bytes: those of the text in UTF-8.
      ...(reason !== undefined && { 'X-Audit-Reason': Buffer.from(reason).toString('latin1') }),
    },
  };
}

/** What is set to nothing counts as not set. */
function setIn(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}

function tokenIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw wrongUsage(`--token-file ${file} cannot be read: ${whatIsWrong(error)}.`);
  }
  const token = text.trim();
  if (token === '') throw wrongUsage(`--token-file ${file} is empty.`);
  if (/\s/.test(token)) throw wrongUsage(`--token-file ${file} holds more than a token.`);
  return token;
}

/** What the service answered: read, and as it came. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly text: string;
}

export type Api = Client<paths>;

/** Texts of answers, as they came. */
const texts = new WeakMap<Response, string>();

/** Calls to the service. What is no success is thrown as a Failure. */
export function apiOf({ url, headers }: Connection): Api {
  const api = createClient<paths>({ baseUrl: url, headers, fetch: patientFetch });
  api.use({
    async onResponse({ response }) {
      const text = await wholeText(response, url);
      if (!response.ok) throw failureOf(response.status, text, url);
      const read = new Response(text === '' ? null : text, response);
      texts.set(read, text);
      return read;
    },
  });
  return api;
}

async function wholeText(response: Response, url: string): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw new Unreachable(url, whatIsWrong(error));
  }
}

/** @throws Failure where the service does not answer, or not with success */
export async function answerOf<Body>(
  call: Promise<{ data?: Body; response: Response }>,
): Promise<Answer<NonNullable<Body>>> {
  let done: Awaited<typeof call>;
  try {
    done = await call;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure('What came is not the JSON of contactstream.');
    throw error;
  }
  const { data, response } = done;
  return { status: response.status, body: data as NonNullable<Body>, text: texts.get(response) ?? '' };
}
