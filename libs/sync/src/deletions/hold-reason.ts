import { type DeletionGuard } from '../runs/run-context.js';
import { type HoldReason } from '../runs/run.entity.js';

/** A complete list that is shorter than Google's own count by more than this share is not trusted. */
const LIST_SHORT_SHARE = 0.05;

/** Whether whoever a complete list did not show is gone, as far as the list itself tells. */
export function listIsWhole(list: ListFacts): boolean {
  return holdReason({ ...list, absent: Math.max(1, list.absent) }, null) === null;
}

/** What a full sync's list looked like, beside the contacts that it did not show. */
export interface ListFacts {
  readonly absent: number;
  readonly live: number;
  /** Persons on the list, those in quarantine included; who came under one name twice is one. */
  readonly shown: number;
  readonly totalItems: number | null;
  /** A person came without a resource name: it could be any contact. */
  readonly hasUnknownPerson: boolean;
}

/**
 * Whether the contacts that a complete list did not show may be deleted at once.
 *
 * @param guard null where it is switched off; a list that cannot be right is held all the same
 * @returns null: they may
 */
export function holdReason(list: ListFacts, guard: DeletionGuard | null): HoldReason | null {
  if (list.absent === 0) return null;
  if (list.shown === 0) return 'empty-list';
  if (list.hasUnknownPerson) return 'unknown-person';
  if (list.totalItems !== null && list.shown < list.totalItems * (1 - LIST_SHORT_SHARE)) return 'list-short';
  if (guard !== null && list.absent > guard.count && list.absent > list.live * guard.share)
    return 'deletion-guard';
  return null;
}
