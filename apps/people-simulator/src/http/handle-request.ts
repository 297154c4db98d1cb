import { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { answerControlRequest } from '../control/answer-control.js';
import { htmlFaultAnswer, redirectFaultAnswer, statusFaultAnswer } from '../faults/fault-answer.js';
import { answerOAuth } from '../oauth/answer-oauth.js';
import { OAuthError } from '../oauth/oauth-error.js';
import { answerPeopleApi } from '../people-api/answer-people-api.js';
import { GoogleError, notFound } from '../people-api/google-error.js';
import { type SimulatorParts } from '../simulator-parts.js';
import { type Answer } from './answer.js';
import { type LoggedRequest } from './request-log.js';
import { sendAnswer } from './send-answer.js';

/** Answers one request: of the control API, OAuth or the People API; anything else gets a 404 in Google's shape. */
export async function handleRequest(
  request: IncomingMessage,
  response: ServerResponse,
  parts: SimulatorParts,
): Promise<void> {
  const target = request.url ?? '/';
  const url = new URL(target.startsWith('/') ? `http://simulator${target}` : target);
  if (url.pathname.startsWith('/control/')) {
    await sendAnswer(request, response, await answerControlRequest(request, url, parts));
    return;
  }
  const entry = parts.requests.begin(request.method ?? '', url, Date.now());
  const before = request.socket.bytesWritten;
  response.on('close', () => {
    const status = response.headersSent ? response.statusCode : 0;
    parts.requests.end(entry, status, request.socket.bytesWritten - before);
  });
  try {
    await reply(request, response, url, parts, entry);
  } catch (error) {
    await sendAnswer(request, response, errorAnswer(error));
  }
}

async function reply(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  parts: SimulatorParts,
  entry: LoggedRequest,
): Promise<void> {
  const oauth = await answerOAuth(request, url, parts, entry);
  const { faults, answer } = oauth ?? apiReply(request, url, parts, entry);
  const delay = faults.one('delay');
  if (delay !== undefined) await wait(delay.ms, undefined, { ref: false });
  if (response.destroyed) return;
  const status = faults.one('status');
  const html = faults.one('html');
  const redirect = faults.one('redirect');
  if (faults.one('hang')) return;
  if (faults.one('reset')) request.socket.resetAndDestroy();
  else if (status)
    await sendAnswer(request, response, statusFaultAnswer(status, oauth ? 'token' : 'api'), faults);
  else if (redirect) await sendAnswer(request, response, redirectFaultAnswer(redirect), faults);
  else if (html) await sendAnswer(request, response, htmlFaultAnswer(html), faults);
  else await sendAnswer(request, response, answer(), faults);
}

function apiReply(
  request: IncomingMessage,
  url: URL,
  parts: SimulatorParts,
  entry: LoggedRequest,
): ReturnType<typeof answerPeopleApi> {
  if (url.pathname.startsWith('/v1/')) return answerPeopleApi(request, url, parts, entry);
  throw notFound(request.method ?? '', url.pathname);
}

function errorAnswer(error: unknown): Answer {
  if (error instanceof GoogleError) return { status: error.code, headers: error.headers, body: error.body() };
  if (error instanceof OAuthError) return { status: error.status, body: error.body() };
  throw error;
}
