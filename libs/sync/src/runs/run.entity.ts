import { defineEntity, type InferEntity, p } from '@mikro-orm/core';

import { type WrittenActivity } from './run-phase.js';
import { type ListName } from './sync-list.entity.js';

export type RequestedMode = 'auto' | 'full' | 'incremental';
export type RunMode = 'full' | 'incremental';
export type RunTrigger = 'manual' | 'scheduled';
export type RunState = 'queued' | 'running' | 'held' | 'succeeded' | 'failed' | 'cancelled';
export type FallbackReason = 'no-sync-token' | 'sync-token-expired' | 'request-changed';

/**
 * Why inferred deletions wait for a person: too many at once; an empty list where there were contacts; a person that
 * could not be told from any other.
 */
export type HoldReason = 'deletion-guard' | 'empty-list' | 'unknown-person';

/** What Google said of the contacts that a full sync did not show. */
export interface Absences {
  /** The sum of the others. */
  readonly asked: number;
  readonly gone: number;
  readonly alive: number;
  /** Kept, and asked about again at the next full sync. */
  readonly unanswered: number;
}

/** What a run did so far; each person counts once, also after a resume or a restart of its pages. */
export interface RunStatistics {
  /**
   * Persons received, deletions included, each once: created + updated + unchanged + errors, and the deletions that
   * tombstones caused, which are deleted - not_listed - merged.
   */
  readonly total_fetched: number;
  /** Contacts created and restored. */
  readonly created: number;
  /** Contacts updated and renamed. */
  readonly updated: number;
  /** ContactDeleted events, of every reason. */
  readonly deleted: number;
  /** ContactDeleted events of contacts that a full sync did not show, and that Google says are gone. */
  readonly not_listed: number;
  /** ContactDeleted events of contacts that were merged into others. */
  readonly merged: number;
  readonly unchanged: number;
  /** Persons quarantined that no later page of the run showed in a form that was understood. */
  readonly errors: number;
  readonly pages: number;
}

export const NO_STATISTICS: RunStatistics = {
  total_fetched: 0,
  created: 0,
  updated: 0,
  deleted: 0,
  not_listed: 0,
  merged: 0,
  unchanged: 0,
  errors: 0,
  pages: 0,
};

export const NO_ABSENCES: Absences = { asked: 0, gone: 0, alive: 0, unanswered: 0 };

/** One sync of one list of an account. How far its pages have come stands with the list. */
export const RunEntity = defineEntity({
  name: 'SyncRun',
  tableName: 'sync_runs',
  properties: {
    id: p.uuid().primary(),
    accountId: p.uuid(),
    list: p.text().$type<ListName>(),
    requestedMode: p.text().$type<RequestedMode>(),
    mode: p.text().$type<RunMode>(),
    trigger: p.text().$type<RunTrigger>(),
    /** Of the call that asked for it; null: the schedule did. */
    requestId: p.text().nullable(),
    state: p.text().$type<RunState>(),
    fallbackReason: p.text().$type<FallbackReason>().nullable(),
    totalItems: p.integer().nullable(),
    statistics: p.json().$type<RunStatistics>(),
    absences: p.json().$type<Absences>(),
    lastPosition: p.bigint('bigint').nullable(),
    /** While it goes on: what it is at; null where that may have been over before it was written. */
    activity: p.json().$type<WrittenActivity>().nullable(),
    heldDeletions: p.integer().nullable(),
    holdReason: p.text().$type<HoldReason>().nullable(),
    cancelRequested: p.boolean().default(false),
    errorCode: p.text().nullable(),
    errorDetail: p.text().nullable(),
    /** How long Google asked to be left alone, for a run that failed for it. */
    retryAfterSeconds: p.integer().nullable(),
    queuedAt: p.datetime(),
    startedAt: p.datetime().nullable(),
    finishedAt: p.datetime().nullable(),
  },
});

export type Run = InferEntity<typeof RunEntity>;

export function isOver(run: Run): boolean {
  return run.state !== 'queued' && run.state !== 'running';
}
