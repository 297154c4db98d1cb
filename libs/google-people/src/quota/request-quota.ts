/** Which limit was exceeded: the project's or the person's of a minute, or another one, such as that of a day. */
export type ExceededLimit = 'project' | 'person' | 'other';

/** What Google's quotas let through: asked before each request to the People API, and told of each that was too much. */
export interface RequestQuota {
  /**
   * Resolves once a request may be sent, which counts as sent from then on.
   *
   * @param signIn the same object for each request with the same sign-in
   * @param waits called where it cannot be sent at once
   * @throws the signal's reason, or what the database throws
   */
  admit(signIn: object, signal: AbortSignal, waits: () => void): Promise<void>;
  /** Google refused a request. Never throws. */
  exceeded(signIn: object, limit: ExceededLimit, retryAfterMs: number | null): Promise<void>;
}

/** Lets everything through. */
export const NO_QUOTA: RequestQuota = {
  admit: () => Promise.resolve(),
  exceeded: () => Promise.resolve(),
};
