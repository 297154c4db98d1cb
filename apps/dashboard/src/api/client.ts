import createClient, { type Middleware } from 'openapi-fetch';

import { BASE } from '../base.js';
import { heardServerTime } from '../live/clock.js';
import { noAnswer, problemIn } from './problem.js';
import { type paths } from './schema.js';

let csrfToken: string | null = null;

/** @param token of the session; calls that change something bring it */
export function setCsrfToken(token: string | null): void {
  csrfToken = token;
}

const SAFE = new Set(['GET', 'HEAD']);

const problems: Middleware = {
  onRequest({ request }) {
    if (csrfToken !== null && !SAFE.has(request.method)) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  async onResponse({ response }) {
    heardServerTime(response.headers.get('Date'));
    if (response.ok) return;
    const text = await response.text();
    throw problemIn(response, parsed(text));
  },
  onError({ error }) {
    // A call that the page itself gave up did not fail.
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    return noAnswer();
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Calls to the service. All of them throw a Problem where it does not answer 2xx. */
export const api = createClient<paths>({ baseUrl: BASE });
api.use(problems);

/** The body of an answer: errors are thrown, so it is there. */
export async function bodyOf<Body>(call: Promise<{ data?: Body }>): Promise<NonNullable<Body>> {
  const { data } = await call;
  return data as NonNullable<Body>;
}
