import { type IncomingMessage } from 'node:http';
import { type Answer, json } from '../http/answer.js';
import { readBody } from '../http/read-body.js';
import { type LoggedRequest } from '../http/request-log.js';
import { NO_FAULTS } from '../faults/fault-book.js';
import { type Reply } from '../people-api/answer-people-api.js';
import { type SimulatorParts } from '../simulator-parts.js';
import { authorize } from './authorization-endpoint.js';
import { invalidRequest } from './oauth-error.js';
import { revoke } from './revocation-endpoint.js';
import { exchangeOf } from './token-endpoint.js';

const NOT_CACHED = { 'cache-control': 'no-cache, no-store, max-age=0, must-revalidate', pragma: 'no-cache' };

/** Answers the authorization, token and revocation endpoints; undefined for any other path. Throws OAuthError. */
export async function answerOAuth(
  request: IncomingMessage,
  url: URL,
  parts: SimulatorParts,
  entry: LoggedRequest,
): Promise<Reply | undefined> {
  const call = `${request.method ?? ''} ${url.pathname}`;
  if (call === 'GET /o/oauth2/v2/auth') {
    const answer = authorizationAnswer(url.searchParams, parts);
    return { faults: NO_FAULTS, answer: () => answer };
  }
  if (call === 'POST /token') {
    const form = await formOf(request);
    const exchange = exchangeOf(form, request.headers.authorization, parts, Date.now());
    entry.account = exchange.account.name;
    const faults = parts.faults.take({ where: 'token', account: exchange.account.name });
    return { faults, answer: () => ({ ...json(exchange.issue(Date.now())), headers: NOT_CACHED }) };
  }
  if (call === 'POST /revoke') {
    const form = await formOf(request);
    // RFC 7009 wants a form; Google also takes the token in the query, as its own libraries send it.
    if (!form.has('token') && url.searchParams.has('token'))
      form.set('token', url.searchParams.get('token') ?? '');
    revoke(form, parts.grants, parts.accessTokens);
    return { faults: NO_FAULTS, answer: () => json('{}') };
  }
  return undefined;
}

function authorizationAnswer(query: URLSearchParams, parts: SimulatorParts): Answer {
  const answer = authorize(query, parts, Date.now());
  if ('redirect' in answer) return { status: 302, headers: { location: answer.redirect }, body: '' };
  return {
    status: answer.status,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body: answer.page,
  };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const text = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (text !== '' && !type.startsWith('application/x-www-form-urlencoded')) {
    throw invalidRequest(
      `Invalid content type: ${type || 'none'}; application/x-www-form-urlencoded is required.`,
    );
  }
  return new URLSearchParams(text);
}
