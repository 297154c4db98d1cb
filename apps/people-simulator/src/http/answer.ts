/** A whole answer, before it is compressed, distorted and sent. JSON unless a content type is given. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

export function json(body: string, status = 200): Answer {
  return { status, body };
}
