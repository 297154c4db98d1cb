/** A server-sent event. */
export interface StreamEvent {
  /** null: the service said none. */
  readonly id: string | null;
  readonly type: string;
  readonly data: string;
}

/** The service answered, and not with a stream. Asking again helps where it is full (429) or stops (503). */
export class StreamRefused extends Error {
  constructor(
    readonly status: number,
    readonly retryAfterMs: number,
  ) {
    super(`The service answered ${status} to a stream.`);
  }
}

/** How long one waits who is not told. */
const RETRY_AFTER_S = 15;

/**
 * The events of one connection, until it ends. Unlike with EventSource, it is known what the service answered, where a
 * stream goes on is chosen, and one that stands still is given up.
 *
 * @param lastEventId of the last event that was seen; the service goes on behind it
 * @throws StreamRefused, or what fetch does where the connection breaks
 */
export async function* eventStream(
  url: string,
  signal: AbortSignal,
  lastEventId: string | null = null,
): AsyncGenerator<StreamEvent> {
  const silence = new Silence(signal);
  try {
    const response = await fetch(url, {
      headers: { Accept: 'text/event-stream', ...(lastEventId !== null && { 'Last-Event-ID': lastEventId }) },
      signal: silence.signal,
      cache: 'no-store',
    });
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') === true;
    if (!response.ok || !isStream || response.body === null) {
      await response.body?.cancel();
      const retryAfter = Number(response.headers.get('Retry-After') ?? RETRY_AFTER_S);
      throw new StreamRefused(response.status, (retryAfter > 0 ? retryAfter : RETRY_AFTER_S) * 1_000);
    }
    // So that its reader knows that it is connected.
    yield { id: null, type: 'open', data: '' };
    let rest = '';
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      silence.broken();
      const blocks = `${rest}${read.value}`.replaceAll('\r\n', '\n').split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = eventIn(block);
        if (event !== null) yield event;
      }
    }
  } finally {
    silence.end();
  }
}

/** @returns null: a comment, by which the service shows that it is there */
function eventIn(block: string): StreamEvent | null {
  let id: string | null = null;
  let type = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^([a-z]+)(?:: ?([^]*))?$/.exec(line) ?? [];
    if (name === 'id') id = value;
    else if (name === 'event') type = value;
    else if (name === 'data') data.push(value);
  }
  return data.length === 0 ? null : { id, type, data: data.join('\n') };
}

/** The service says something every 15 s: a connection that was silent for three times as long leads nowhere. */
const SILENCE_MS = 45_000;

class Silence {
  private readonly given = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly outer: AbortSignal) {
    this.broken();
  }

  get signal(): AbortSignal {
    return AbortSignal.any([this.outer, this.given.signal]);
  }

  broken(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.given.abort();
    }, SILENCE_MS);
  }

  end(): void {
    clearTimeout(this.timer);
    this.given.abort();
  }
}
