import { type IncomingMessage } from 'node:http';
import { type Answer, json } from '../http/answer.js';
import { readBody } from '../http/read-body.js';
import { type LoggedRequest } from '../http/request-log.js';
import { NO_FAULTS } from '../faults/fault-book.js';
import { type FaultOf } from '../faults/fault-schema.js';
import { type Reply } from '../people-api/answer-people-api.js';
import { type SimulatorParts } from '../simulator-parts.js';
import { authorize } from './authorization-endpoint.js';
import { invalidRequest } from './oauth-error.js';
import { revokedGrant } from './revocation-endpoint.js';
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
    const { authorization, host } = request.headers;
    const exchange = exchangeOf({ form, authorization, host }, parts, Date.now());
    entry.account = exchange.account.name;
    const faults = parts.faults.take({ where: 'token', account: exchange.account.name });
    const answer = (): Answer => {
      const rotates = faults.one('rotate-refresh-token') !== undefined;
      const issued = withIdTokenOf(faults.one('id-token'), exchange.issue(Date.now(), rotates));
      return { ...json(issued), headers: NOT_CACHED };
    };
    return { faults, answer };
  }
  if (call === 'POST /revoke') {
    const form = await formOf(request);
    // RFC 7009 wants a form; Google also takes the token in the query, as its own libraries send it.
    if (!form.has('token') && url.searchParams.has('token'))
      form.set('token', url.searchParams.get('token') ?? '');
    const grant = revokedGrant(form, parts.grants, parts.accessTokens);
    entry.account = grant.account;
    const answer = (): Answer => {
      parts.grants.endAllOf(grant);
      return json('{}');
    };
    return { faults: parts.faults.take({ where: 'revoke', account: grant.account }), answer };
  }
  return undefined;
}

/** The body of the token endpoint with another id token, where a fault says so. */
function withIdTokenOf(fault: FaultOf<'id-token'> | undefined, body: string): string {
  if (fault === undefined) return body;
  const tokens = JSON.parse(body) as { id_token?: string };
  const idToken = fault.claims === undefined ? fault.raw : withClaims(tokens.id_token ?? '', fault.claims);
  return JSON.stringify({ ...tokens, id_token: idToken });
}

function withClaims(idToken: string, claims: Readonly<Record<string, unknown>>): string {
  const [header, payload = '', signature] = idToken.split('.');
  const before = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object;
  const changed = Buffer.from(JSON.stringify({ ...before, ...claims }), 'utf8').toString('base64url');
  return [header, changed, signature].join('.');
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
