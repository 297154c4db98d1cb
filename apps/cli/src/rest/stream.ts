import { setTimeout as delay } from 'node:timers/promises';

import { createParser } from 'eventsource-parser';

import { Failure } from '../failures.js';
import { patientFetch, Unreachable, whatIsWrong } from './http.js';
import { failureOf } from './problem.js';
import { type Connection } from './service.js';

/** A server-sent event. */
export interface StreamMessage {
  readonly event: string;
  readonly id: string | null;
  /** JSON, as it came. */
  readonly data: string;
}

export interface StreamOptions {
  /** Where the service cannot be reached for a while: called once each time, with the reason. */
  readonly onAway?: (why: string) => void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 15_000;
/** For so long somebody is patient who follows; a service that is restarted is back by then. */
const GIVE_UP_MS = 10 * 60_000;
/** The service says something every 15 s: a connection that was silent for three times as long leads nowhere. */
const SILENCE_MS = 45_000;
/** Answers after which it helps to come back. */
const PASSING = new Set([429, 502, 503, 504]);

/**
 * The messages of a stream, over as many connections as it takes: it comes back where the service ends one or cannot be
 * reached, behind the last message that the caller has dealt with, so that nothing is skipped or doubled. It ends when the
 * caller stops reading.
 *
 * @throws Failure where the first connection fails, where coming back does not help, or does not for ten minutes
 */
export async function* streamed(
  { url, headers }: Connection,
  path: string,
  { onAway }: StreamOptions = {},
): AsyncGenerator<StreamMessage> {
  let lastId: string | null = null;
  let connectedAt: number | null = null;
  let wait = FIRST_WAIT_MS;
  for (;;) {
    const leaving = new AbortController();
    let why: string;
    try {
      const response = await opened(
        new Request(`${url}${path}`, {
          headers: {
            ...headers,
            Accept: 'text/event-stream',
            ...(lastId !== null && { 'Last-Event-ID': lastId }),
          },
          signal: leaving.signal,
        }),
        url,
      );
      connectedAt = performance.now();
      why = 'the connection was cut';
      for await (const message of messagesOf(response, leaving)) {
        wait = FIRST_WAIT_MS;
        connectedAt = performance.now();
        if (message.event === 'dropped') {
          why = reasonIn(message.data);
          continue;
        }
        yield message;
        lastId = message.id ?? lastId;
      }
    } catch (error) {
      if (!isPassing(error) || connectedAt === null) throw error;
      if (performance.now() - connectedAt > GIVE_UP_MS) throw error;
      why = (error as Error).message;
    } finally {
      leaving.abort();
    }
    if (why === 'access-ended') {
      throw new Failure('The stream ended, because the token is no longer valid.', { code: why });
    }
    if (wait === FIRST_WAIT_MS) onAway?.(why);
    // Not all of those who were cut off at once come back at once.
    await delay(wait * (0.5 + Math.random() / 2));
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** What was answered cannot be read now, but perhaps later. */
class PassingRefusal extends Failure {}

function isPassing(error: unknown): boolean {
  return error instanceof Unreachable || error instanceof PassingRefusal;
}

async function opened(request: Request, url: string): Promise<Response> {
  const response = await patientFetch(request);
  if (response.ok) return response;
  const failure = failureOf(response.status, await response.text(), url);
  if (!PASSING.has(response.status)) throw failure;
  throw new PassingRefusal(failure.message, failure);
}

async function* messagesOf({ body }: Response, leaving: AbortController): AsyncGenerator<StreamMessage> {
  const heard: StreamMessage[] = [];
  const parser = createParser({
    onEvent: ({ event = 'message', id, data }) => {
      heard.push({ event, id: id ?? null, data });
    },
  });
  const decoder = new TextDecoder();
  let silence = setTimeout(() => undefined);
  const listen = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      leaving.abort();
    }, SILENCE_MS);
  };
  try {
    listen();
    for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
      // While the caller deals with what came, nobody listens.
      clearTimeout(silence);
      parser.feed(decoder.decode(part, { stream: true }));
      yield* heard.splice(0);
      listen();
    }
  } catch (error) {
    throw new Unreachable('the address', whatIsWrong(error));
  } finally {
    clearTimeout(silence);
  }
}

function reasonIn(data: string): string {
  try {
    const { reason } = JSON.parse(data) as { reason?: unknown };
    return String(reason);
  } catch {
    return 'dropped';
  }
}
