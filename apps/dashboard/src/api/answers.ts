import { type Got, type Item } from './schema.js';

export type Overview = Got<'/api/overview'>;
export type Account = Item<'/api/accounts'>;
export type About = Got<'/api/about'>;
export type TimelineItem = Item<'/api/accounts/{id}/timeline'>;
export type RunDetail = Got<'/api/sync/runs/{id}'>;
export type CloudEvent = Item<'/api/events'>;
export type HeldDeletion = Item<'/api/sync/runs/{id}/held-deletions'>;
export type HeldSummary = Got<'/api/sync/runs/{id}/held-deletions/summary'>;
export type Lag = Got<'/api/sync/status'>['projectionLag'];

/** How far a run is: a message of its stream. */
export interface Progress {
  readonly run: RunDetail;
  readonly phase: 'queued' | 'token' | 'fetching' | 'waiting' | 'comparing' | 'deleting' | 'finishing';
  readonly page: number;
  readonly totalItems: number | null;
  readonly wait: {
    readonly until: string;
    readonly tryNumber: number;
    readonly of: number;
    readonly reason: string;
  } | null;
}

/** When each part of a run was. */
export interface Timings {
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly token: { readonly askedAt: string; readonly answeredAt: string } | null;
  readonly pages: readonly {
    readonly number: number;
    readonly askedAt: string;
    readonly answeredAt: string;
    readonly storedAt: string | null;
    readonly persons: number;
    readonly events: number;
    readonly quarantined: number;
    readonly tries: readonly { readonly at: string; readonly code: string; readonly waitMs: number }[];
  }[];
  readonly compare: {
    readonly startedAt: string;
    readonly finishedAt: string | null;
    readonly asked: number;
    readonly gone: number;
  } | null;
  readonly reached: {
    readonly kafka?: { readonly at: string; readonly position: string } | null;
    readonly readModel: { readonly at: string; readonly position: string } | null;
  };
}
