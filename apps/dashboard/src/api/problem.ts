/** What the service answers where it does not do what it is asked (RFC 9457), and what stands for it where nothing came. */
export class Problem extends Error {
  constructor(
    /** 0: no answer came. */
    readonly status: number,
    /** Stable: what the page decides by. */
    readonly code: string,
    /** For people: what happened, to what, what to do next. */
    readonly detail: string,
    /** What else the answer has, such as `runId`. */
    readonly facts: Readonly<Record<string, unknown>> = {},
    /** By which the service's log has it. */
    readonly requestId: string | null = null,
  ) {
    super(detail);
  }

  /** Whether the service, or the way to it, is away: asking again may help. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

export function problemIn(response: Response, body: unknown): Problem {
  const facts = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const code = typeof facts.code === 'string' ? facts.code : `http-${response.status}`;
  const detail = typeof facts.detail === 'string' ? facts.detail : `The service answered ${response.status}.`;
  return new Problem(response.status, code, detail, facts, response.headers.get('X-Request-Id'));
}

export function noAnswer(): Problem {
  return new Problem(0, 'no-answer', 'The service cannot be reached.');
}

/** What is shown of whatever was thrown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, 'page-error', error instanceof Error ? error.message : String(error));
}
