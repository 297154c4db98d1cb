import { type DeletionGuard } from '../runs/run-context.js';
import { type HoldReason } from '../runs/run.entity.js';

/** What a full sync's list looked like, beside the contacts that are gone. */
export interface ListFacts {
  /** Live contacts that it did not show, and that are gone, as Google said when it was asked. */
  readonly absent: number;
  readonly live: number;
  /** Persons on the list, those in quarantine included; who came under one name twice is one. */
  readonly shown: number;
  readonly totalItems: number | null;
  /** A person came without a resource name: it could be any contact. */
  readonly hasUnknownPerson: boolean;
}

/** Whether the list showed everybody there is, as far as it tells itself. */
export function listIsWhole({ shown, totalItems, hasUnknownPerson }: ListFacts): boolean {
  return shown > 0 && !hasUnknownPerson && shown >= (totalItems ?? 0);
}

/**
 * Whether the contacts that a complete list did not show, and that are gone, may be deleted at once.
 *
 * @param guard null where it is switched off; a list that cannot be right is held all the same
 * @returns null: they may
 */
export function holdReason(list: ListFacts, guard: DeletionGuard | null): HoldReason | null {
  if (list.absent === 0) return null;
  if (list.shown === 0) return 'empty-list';
  if (list.hasUnknownPerson) return 'unknown-person';
  if (guard !== null && list.absent > guard.count && list.absent > list.live * guard.share)
    return 'deletion-guard';
  return null;
}
