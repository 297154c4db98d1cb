/** Why a request is sent again, and after how long. */
export interface RequestRetry {
  /** Of the failure, as a run that ends with it says it. */
  readonly code: string;
  readonly waitMs: number;
  /** How many tries there were, from 1. */
  readonly tryNumber: number;
  /** How many there will be at most. */
  readonly of: number;
}

/** Is told what a request goes through until it is answered. */
export interface RequestWatch {
  /** An access token is asked for first. */
  tokenAsked(): void;
  tokenAnswered(): void;
  /** Google's quota lets no request through just now. */
  waitsForQuota(): void;
  /** The request is sent, the first time or again. */
  sent(): void;
  retries(retry: RequestRetry): void;
}
