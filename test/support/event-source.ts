import { waitFor } from './wait-for.js';

export interface ReceivedMessage {
  readonly event: string;
  readonly id: string | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read what the contract promises
  readonly data: any;
}

/** A reader of server-sent events, as browsers are. */
export class EventReader {
  readonly messages: ReceivedMessage[] = [];
  /** What would be sent as Last-Event-ID. */
  lastId: string | null = null;
  comments = 0;
  isOver = false;
  private readonly leaving = new AbortController();

  private constructor(readonly status: number) {}

  /** @throws Error with the answer where it is no stream */
  static async open(url: string, headers: Record<string, string> = {}): Promise<EventReader> {
    const leaving = new AbortController();
    const answer = await fetch(url, { headers, signal: leaving.signal });
    if (
      answer.headers.get('content-type')?.startsWith('text/event-stream') !== true ||
      answer.body === null
    ) {
      throw new Error(`${answer.status} ${await answer.text()}`);
    }
    const reader = new EventReader(answer.status);
    leaving.signal.addEventListener('abort', () => {
      reader.isOver = true;
    });
    reader.leaving.signal.addEventListener('abort', () => {
      leaving.abort();
    });
    void reader.read(answer.body);
    return reader;
  }

  /** Waits for so many messages of a name. @returns them */
  async some(event: string, count: number, timeoutMs = 20_000): Promise<ReceivedMessage[]> {
    return waitFor(
      () => {
        const found = this.named(event);
        return found.length >= count && found;
      },
      {
        what: `${count} messages "${event}" among ${JSON.stringify(this.messages).slice(-2_000)}`,
        timeoutMs,
      },
    );
  }

  named(event: string): ReceivedMessage[] {
    return this.messages.filter((message) => message.event === event);
  }

  async over(timeoutMs = 20_000): Promise<void> {
    await waitFor(() => this.isOver, { what: 'the end of the stream', timeoutMs });
  }

  close(): void {
    this.leaving.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(part, { stream: true });
        const blocks = text.split('\n\n');
        text = blocks.pop() ?? '';
        // What comes after one has left is not heard.
        for (const block of blocks) if (!this.isOver) this.hear(block);
      }
    } catch {
      // Cut off.
    }
    this.isOver = true;
  }

  private hear(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const at = line.indexOf(':');
        return [line.slice(0, at), line.slice(at + 1).trimStart()];
      }),
    );
    this.lastId = fields.get('id') ?? this.lastId;
    if (fields.has('')) this.comments += 1;
    const [event, data] = [fields.get('event'), fields.get('data')];
    if (data === undefined) return;
    this.messages.push({ event: event ?? 'message', id: fields.get('id') ?? null, data: JSON.parse(data) });
  }
}
