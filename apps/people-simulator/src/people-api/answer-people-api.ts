import { type IncomingMessage } from 'node:http';
import { distortPage } from '../faults/distort-page.js';
import { NO_FAULTS, type StruckFaults } from '../faults/fault-book.js';
import { type Answer, json } from '../http/answer.js';
import { type LoggedRequest } from '../http/request-log.js';
import { requireContactScope, requirePersonScope } from '../oauth/access-tokens.js';
import { presentPerson } from '../persons/present-person.js';
import { type SimulatorParts } from '../simulator-parts.js';
import { type Account } from '../storage/account-store.js';
import { batchGet, batchGetParameters, distortAnswers } from './batch-get.js';
import { connectionParameters } from './connection-parameters.js';
import { getMe } from './get-me.js';
import { invalidArgument, notFound } from './google-error.js';
import { type ConnectionsPage, listConnections, openList, presentationOf } from './list-connections.js';

/** The faults that strike a request, and its answer, made once their delay is over. */
export interface Reply {
  readonly faults: StruckFaults;
  readonly answer: () => Answer;
}

let listCalls = 0;

/** Answers `/v1/…`: people/me, its connections and people:batchGet; everything else is 404. Throws GoogleError. */
export function answerPeopleApi(
  request: IncomingMessage,
  url: URL,
  parts: SimulatorParts,
  entry: LoggedRequest,
): Reply {
  const { pathname } = url;
  if (request.method !== 'GET') throw notFound(request.method ?? '', pathname);
  const connections = /^\/v1\/people\/([^/]+)\/connections$/.exec(pathname);
  const isBatch = pathname === '/v1/people:batchGet';
  if (connections === null && !isBatch && pathname !== '/v1/people/me') throw notFound('GET', pathname);
  const now = Date.now();
  const { account, scope } = parts.accessTokens.account(request.headers.authorization, now);
  entry.account = account.name;
  if (isBatch) {
    requireContactScope(scope);
    return batchGetReply(account, url, parts, entry, now);
  }
  if (connections === null) {
    requirePersonScope(scope);
    parts.quota.take(account.name, false, now);
    const body = getMe(account, url.searchParams);
    return { faults: parts.faults.take({ where: 'me', account: account.name }), answer: () => json(body) };
  }
  if (connections[1] !== 'me') throw invalidArgument('Resource name must be people/me.');
  requireContactScope(scope);
  return connectionsReply(account, url, parts, entry, now);
}

function batchGetReply(
  account: Account,
  url: URL,
  { quota, faults, persons }: SimulatorParts,
  entry: LoggedRequest,
  now: number,
): Reply {
  const parameters = batchGetParameters(url.searchParams);
  quota.take(account.name, false, now);
  const struck = faults.take({ where: 'batchGet', account: account.name });
  const answer = (): Answer => {
    const answers = batchGet(account, parameters, persons, account.seed + ++listCalls);
    entry.persons = answers.filter(({ person }) => person !== undefined).length;
    return json(JSON.stringify({ responses: distortAnswers(answers, struck.all('replace-answer')) }));
  };
  return { faults: struck, answer };
}

function connectionsReply(
  account: Account,
  url: URL,
  { quota, faults, listTokens, persons }: SimulatorParts,
  entry: LoggedRequest,
  now: number,
): Reply {
  const parameters = connectionParameters(url.searchParams);
  entry.pageSize = parameters.pageSize;
  const position = openList(account, parameters, listTokens, now);
  const { page } = position;
  entry.page = page;
  const incremental = position.since !== null;
  quota.take(account.name, page === 1 && !incremental, now);
  const struck = faults.take({ where: 'connections', account: account.name, page, incremental });
  const answer = (): Answer => {
    const shuffleSeed = account.seed + ++listCalls;
    const made = listConnections(account, parameters, position, persons, listTokens, shuffleSeed, now);
    const shown =
      struck === NO_FAULTS
        ? made
        : distortPage(made, struck, {
            samePageToken: () =>
              parameters.pageToken ?? listTokens.pageToken(account, parameters, position, now),
            laterPageToken: () =>
              listTokens.pageToken(account, parameters, { ...position, page: page + 1 }, now),
            personText(resourceName) {
              const version = persons.find(account, resourceName);
              return (
                version &&
                JSON.stringify(
                  presentPerson(account, version, presentationOf(parameters, position, shuffleSeed)),
                )
              );
            },
          });
    entry.persons = shown.connections.length;
    return json(pageText(shown, struck));
  };
  return { faults: struck, answer };
}

/** The page as JSON text; `connections` is absent, not empty, when there are none. */
function pageText(
  { connections, nextPageToken, nextSyncToken, totalItems }: ConnectionsPage,
  faults: StruckFaults,
): string {
  const total: unknown = faults.one('wrong-total')?.totalItems ?? totalItems;
  const rest = JSON.stringify({ nextPageToken, nextSyncToken, totalPeople: total, totalItems: total });
  if (connections.length === 0) return rest;
  return `{"connections":[${connections.join(',')}]${rest === '{}' ? '' : ','}${rest.slice(1)}`;
}
