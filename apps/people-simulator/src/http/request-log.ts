/** One request to the People API or OAuth endpoints (never to the control API), as it came. */
export interface LoggedRequest {
  /** ISO time of arrival. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string | string[]>;
  /** Null until an access or refresh token has told whose request it is. */
  account: string | null;
  /** The number of the page in its list, null outside of lists. */
  page: number | null;
  pageSize: number | null;
  /** Persons in the answer, null outside of lists. */
  persons: number | null;
  /** Null while unanswered; 0 when the connection ended without an answer. */
  status: number | null;
}

const CAPACITY = 10_000;

/** The last 10,000 requests, newest last, and counts of all of them. In memory only. */
export class RequestLog {
  private readonly requests: LoggedRequest[] = [];
  readonly byPath: Record<string, number> = {};
  readonly byStatus: Record<string, number> = {};
  personsServed = 0;
  bytesSent = 0;

  begin(method: string, url: URL, now: number): LoggedRequest {
    const query: Record<string, string | string[]> = {};
    for (const name of new Set(url.searchParams.keys())) {
      const values = url.searchParams.getAll(name);
      query[name] = values.length === 1 ? (values[0] ?? '') : values;
    }
    const entry: LoggedRequest = {
      at: new Date(now).toISOString(),
      method,
      path: url.pathname,
      query,
      account: null,
      page: null,
      pageSize: null,
      persons: null,
      status: null,
    };
    this.requests.push(entry);
    // In large steps, because removing them one by one costs more than a request.
    if (this.requests.length > CAPACITY * 1.1) this.requests.splice(0, this.requests.length - CAPACITY);
    this.byPath[entry.path] = (this.byPath[entry.path] ?? 0) + 1;
    return entry;
  }

  end(entry: LoggedRequest, status: number, bytes: number): void {
    entry.status = status;
    this.byStatus[String(status)] = (this.byStatus[String(status)] ?? 0) + 1;
    this.personsServed += entry.persons ?? 0;
    this.bytesSent += bytes;
  }

  list(account: string | null, limit: number): LoggedRequest[] {
    const wanted =
      account === null ? this.requests : this.requests.filter((entry) => entry.account === account);
    return wanted.slice(-Math.min(limit, CAPACITY));
  }

  clear(): void {
    this.requests.length = 0;
  }
}
