import { type IncomingMessage } from 'node:http';
import { type Answer } from '../http/answer.js';
import { isLoopback } from '../http/is-loopback.js';
import { BodyTooLarge, readBody } from '../http/read-body.js';
import { type SimulatorParts } from '../simulator-parts.js';
import { ControlError } from './control-call.js';
import { ROUTES } from './routes.js';

/** Answers a request under `/control/`. */
export async function answerControlRequest(
  request: IncomingMessage,
  url: URL,
  parts: SimulatorParts,
): Promise<Answer> {
  try {
    requireLocalCaller(request);
    return answerControl(request.method ?? '', url, await readBody(request), parts);
  } catch (error) {
    if (error instanceof BodyTooLarge) return failure(413, error.message);
    if (error instanceof ControlError) return failure(error.status, error.message);
    throw error;
  }
}

/**
 * The control API has no password, and a web page that is open in a browser of this machine must not get at it: neither by
 * a name of its own that leads here (DNS rebinding) nor by a request from elsewhere.
 */
function requireLocalCaller({ headers: { host = '', origin } }: IncomingMessage): void {
  if (!isLoopback(hostnameOf(`http://${host}`))) {
    throw new ControlError(403, `The control API is called by a loopback name only, not as ${host}.`);
  }
  if (origin !== undefined && !isLoopback(hostnameOf(origin))) {
    throw new ControlError(403, `The control API takes no calls from pages of ${origin}.`);
  }
}

function hostnameOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

/** Answers a control call; errors are `{"error":{"code","message"}}`. */
export function answerControl(method: string, url: URL, body: string, parts: SimulatorParts): Answer {
  try {
    const matching = ROUTES.map(([allowed, path, handler]) => ({
      allowed,
      handler,
      name: match(path, url.pathname),
    }));
    const known = matching.filter(({ name }) => name !== undefined);
    if (known.length === 0)
      throw new ControlError(404, `There is no control call ${url.pathname}; see the README.`);
    const route = known.find(({ allowed }) => allowed === method);
    if (route?.name === undefined) {
      const methods = known.map(({ allowed }) => allowed).join(', ');
      throw new ControlError(405, `${url.pathname} takes ${methods}.`);
    }
    const call = { parts, name: route.name, query: url.searchParams, body, now: Date.now() };
    const { status, body: answer } = route.handler(call);
    return { status: status ?? 200, body: answer === undefined ? '' : JSON.stringify(answer) };
  } catch (error) {
    if (error instanceof ControlError) return failure(error.status, error.message);
    throw error;
  }
}

function failure(code: number, message: string): Answer {
  return { status: code, body: JSON.stringify({ error: { code, message } }) };
}

/** What `*` stands for, '' for a path without one, undefined for another path. */
function match(pattern: string, path: string): string | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  let name = '';
  for (const [at, part] of wanted.entries()) {
    if (part === '*') name = decoded(given[at] ?? '');
    else if (part !== given[at]) return undefined;
  }
  return wanted.includes('*') && name === '' ? undefined : name;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ControlError(400, `The path holds a broken percent-encoding: ${part}`);
  }
}
