/** What a stream sends (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface Message {
  readonly event: string;
  /** JSON, which has no line breaks. */
  readonly data: string;
  /** What a reader that comes back names as the last it had. */
  readonly id?: string;
}

export function messageText({ event, data, id }: Message): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}

export const COMMENT = ':\n\n';

/** Tells where the stream is, to a reader that is sent nothing; its page does not see it. */
export function placeText(id: string): string {
  return `id: ${id}\n\n`;
}

/** How long a reader waits before it comes back. */
export function retryText(ms: number): string {
  return `retry: ${ms}\n\n`;
}
