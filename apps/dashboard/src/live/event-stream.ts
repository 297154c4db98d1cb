/** A server-sent event. */
export interface StreamEvent {
  /** null: the service said none. */
  readonly id: string | null;
  readonly type: string;
  readonly data: string;
}

/** The service does not stream this, or not to this principal: asking again will not help. */
export class StreamRefused extends Error {
  constructor(readonly status: number) {
    super(`The service answered ${status} to a stream.`);
  }
}

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
      throw new StreamRefused(response.status);
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
