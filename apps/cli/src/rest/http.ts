import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';

import { EXIT } from '../exit-codes.js';
import { Failure } from '../failures.js';

const CONNECT_MS = 10_000;

const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) };

/** The service cannot be reached, or went away before it had answered. */
export class Unreachable extends Failure {
  constructor(url: string, why: string) {
    super(`The service at ${url} cannot be reached: ${why}.`, {
      exitCode: EXIT.unreachable,
      code: 'no-answer',
      next: 'Is it running? Is its address right (--url, CONTACTSTREAM_URL)?',
    });
  }
}

/**
 * As fetch, but patient: Node's own gives an answer up that takes more than five minutes, and a sync or a verification of
 * a large account takes longer.
 *
 * @throws Unreachable
 */
export async function patientFetch(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const body = request.body === null ? null : Buffer.from(await request.arrayBuffer());
  const message = await send(url, request, body);
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const { statusCode: status = 0 } = message;
  const isEmpty = status === 204 || status === 304;
  if (isEmpty) message.resume();
  return new Response(isEmpty ? null : (Readable.toWeb(message) as ReadableStream), { status, headers });
}

function send(url: URL, { method, headers, signal }: Request, body: Buffer | null): Promise<IncomingMessage> {
  return new Promise((settle, fail) => {
    const isSecure = url.protocol === 'https:';
    const sent = (isSecure ? httpsRequest : httpRequest)(url, {
      method,
      headers: { ...Object.fromEntries(headers), ...(body !== null && { 'content-length': body.length }) },
      agent: agents[isSecure ? 'https:' : 'http:'],
      signal,
    });
    sent.once('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => {
        sent.destroy(new Error(`no connection within ${CONNECT_MS / 1_000} s`));
      }, CONNECT_MS);
      const connected = () => {
        clearTimeout(timer);
      };
      socket.once('connect', connected).once('close', connected);
    });
    sent.once('response', settle);
    sent.once('error', (error) => {
      fail(signal.aborted ? error : new Unreachable(url.origin, whatIsWrong(error)));
    });
    sent.end(body ?? undefined);
  });
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'its name is not found at the moment',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no connection',
};

/** @returns in words, without a full stop */
export function whatIsWrong(error: unknown): string {
  // Where a host has several addresses, each was tried.
  const [one] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const { code, message } = one as { code?: string; message?: string };
  return (code === undefined ? undefined : WORDS[code]) ?? message ?? String(one);
}
