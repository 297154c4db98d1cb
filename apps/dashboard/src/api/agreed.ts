import { type Got, type Item } from './schema.js';

export type RunDetail = Got<'/api/sync/runs/{id}'>;
export type CloudEvent = Item<'/api/events'>;

interface Actor {
  readonly kind: string;
  readonly name: string | null;
}

export type Lag = { readonly events: number; readonly seconds: number } | null;

/** An account as the lists have it. */
export type Account = Item<'/api/accounts'> & {
  readonly standing: string;
  readonly health: 'fresh' | 'late' | 'needs-reauth' | 'held' | 'failing' | 'paused' | 'disconnected';
  readonly needsPerson: boolean;
  readonly failures: number;
  readonly pausedBy: { readonly actor: Actor; readonly at: string } | null;
  readonly lastRun: RunDetail | null;
  readonly lastSucceededAt: string | null;
  readonly nextSyncAt: string | null;
  readonly nextFullSyncAt: string | null;
  readonly syncTokenObtainedAt: string | null;
  readonly changes24h: { readonly total: number; readonly hourly: readonly number[] };
};

export interface Bucket {
  readonly at: string;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly syncs: number;
  readonly errors: number;
}

export interface Overview {
  readonly at: string;
  readonly totals: {
    readonly accounts: number;
    readonly needPerson: number;
    readonly health: Readonly<Record<Account['health'], number>>;
  };
  readonly oldest: {
    readonly accountId: string;
    readonly name: string;
    readonly succeededAt: string | null;
  } | null;
  readonly day: {
    readonly from: string;
    readonly bucketSeconds: number;
    readonly buckets: readonly Bucket[];
    readonly errors: readonly {
      readonly code: string;
      readonly count: number;
      readonly firstAt: string;
      readonly lastAt: string;
    }[];
  };
  readonly stream: {
    readonly google: { readonly accounts: number; readonly lastAnswerAt: string | null };
    readonly log: { readonly position: string; readonly perMinute: number };
    readonly kafka?: { readonly position: string; readonly lag: Lag };
    readonly readModel: { readonly position: string; readonly lag: Lag };
  } | null;
  readonly running: {
    readonly running: number;
    readonly queued: number;
    readonly items: readonly (RunDetail & { readonly accountName: string })[];
  };
  readonly trouble: {
    readonly accounts: number;
    readonly held: number;
    readonly quarantined: number;
    readonly deadLetters: number | null;
    readonly total: number;
  };
}

export interface About {
  readonly version: string;
  readonly publicUrl: string;
  readonly kafka: boolean;
  readonly google: 'real' | 'simulated';
  readonly simulatorControl: string | null;
  readonly schedule: {
    readonly interval: string | null;
    readonly cron: string | null;
    readonly fullInterval: string;
  };
  readonly deletionGuard: { readonly share: number; readonly count: number } | null;
  readonly authentication: 'open' | 'tokens';
  readonly oidc: boolean;
}

interface TimelineFacts {
  readonly id: string;
  readonly at: string;
  readonly until: string | null;
  readonly actor: Actor | null;
  readonly correlationId: string | null;
}
type Outcome = 'done' | 'failed' | 'unknown';
type SettingValue = string | boolean | null;

export type TimelineItem = TimelineFacts &
  (
    | { readonly kind: 'run'; readonly run: RunDetail }
    | { readonly kind: 'runs'; readonly count: number; readonly from: string }
    | {
        readonly kind: 'setting';
        readonly changes: Readonly<
          Record<string, { readonly from: SettingValue; readonly to: SettingValue } | undefined>
        >;
      }
    | { readonly kind: 'sign-in'; readonly outcome: Outcome }
    | {
        readonly kind: 'held';
        readonly outcome: Outcome;
        readonly decision: 'approve' | 'reject';
        readonly runId: string;
        readonly heldDeletions: number | null;
      }
    | {
        readonly kind: 'command';
        readonly outcome: Outcome;
        readonly action: string;
        readonly code: string | null;
        readonly object: string | null;
      }
  );

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

export interface HeldDeletion {
  readonly contactId: string;
  readonly resourceName: string;
  readonly displayName?: string | null;
  readonly organization?: string | null;
  readonly groups?: readonly string[] | null;
  readonly lastChangedAt?: string | null;
  readonly masked?: true;
}

export interface HeldSummary {
  readonly total: number;
  readonly groups: readonly { readonly group: string; readonly count: number }[];
  readonly unchangedForTwoYears: number;
  readonly changedInLast30Days: number;
}
