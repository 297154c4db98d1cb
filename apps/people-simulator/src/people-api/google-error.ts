/** The names of google.rpc.Code that the simulator answers with. */
export type RpcStatus =
  | 'INVALID_ARGUMENT'
  | 'FAILED_PRECONDITION'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'RESOURCE_EXHAUSTED'
  | 'INTERNAL'
  | 'UNAVAILABLE';

export interface ErrorInfo {
  readonly reason: string;
  readonly domain?: string;
  readonly metadata?: Record<string, string>;
}

/** An answer that is an error, in the shape of Google's APIs (google.rpc.Status as JSON). */
export class GoogleError extends Error {
  override name = 'GoogleError';

  constructor(
    readonly code: number,
    readonly status: string,
    message: string,
    readonly info?: ErrorInfo,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  /** `{"error":{code,message,status,details:[ErrorInfo]}}` */
  body(): string {
    const { code, message, status, info } = this;
    const details = info && [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', domain: 'googleapis.com', ...info },
    ];
    return JSON.stringify({ error: { code, message, status, ...(details && { details }) } }, null, 2);
  }
}

export function invalidArgument(message: string): GoogleError {
  return new GoogleError(400, 'INVALID_ARGUMENT', message);
}

/** The path is unknown; Google answers with a page, its JSON APIs with this. */
export function notFound(method: string, path: string): GoogleError {
  return new GoogleError(404, 'NOT_FOUND', `Method not found: ${method} ${path}`);
}
