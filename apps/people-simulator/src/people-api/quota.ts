import { GoogleError } from './google-error.js';

/** Requests a minute that an account gets; undefined is no limit. */
export interface QuotaLimits {
  readonly fullSyncFirstPagesPerMinute?: number | undefined;
  readonly requestsPerMinute?: number | undefined;
}

const MINUTE_MS = 60_000;

/**
 * The quota of each account over a sliding minute. The first page of a full sync has an extra quota of its
 * own (documentation of people.connections.list: "The first page of a full sync request has an additional quota").
 */
export class Quota {
  private readonly limits = new Map<string, QuotaLimits>();
  private readonly taken = new Map<string, number[]>();
  refused = 0;

  set(account: string, limits: QuotaLimits): void {
    this.limits.set(account, limits);
    this.taken.delete(`${account} requests`);
    this.taken.delete(`${account} first pages`);
  }

  get(account: string): QuotaLimits {
    return this.limits.get(account) ?? {};
  }

  /** Counts one request, or throws the 429 with Retry-After. */
  take(account: string, firstPageOfFullSync: boolean, now: number): void {
    const { requestsPerMinute, fullSyncFirstPagesPerMinute } = this.get(account);
    this.takeOne(
      `${account} requests`,
      requestsPerMinute,
      'Critical read requests (Contact and Profile Reads)',
      now,
    );
    if (!firstPageOfFullSync) return;
    this.takeOne(`${account} first pages`, fullSyncFirstPagesPerMinute, 'FullSyncFirstPage', now);
  }

  private takeOne(key: string, limit: number | undefined, metric: string, now: number): void {
    if (limit === undefined) return;
    const recent = (this.taken.get(key) ?? []).filter((at) => now - at < MINUTE_MS);
    this.taken.set(key, recent);
    if (recent.length < limit) {
      recent.push(now);
      return;
    }
    this.refused++;
    const seconds = Math.max(1, Math.ceil(((recent[0] ?? now) + MINUTE_MS - now) / 1_000));
    throw new GoogleError(
      429,
      'RESOURCE_EXHAUSTED',
      `Quota exceeded for quota metric '${metric}' and limit '${metric} per minute per user' of service 'people.googleapis.com'.`,
      {
        reason: 'RATE_LIMIT_EXCEEDED',
        metadata: { service: 'people.googleapis.com', quota_limit_value: String(limit) },
      },
      { 'retry-after': String(seconds) },
    );
  }
}
