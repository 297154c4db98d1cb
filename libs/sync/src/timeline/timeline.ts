import { IsolationLevel } from '@mikro-orm/core';
import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { type AccountEntry, accountEntries, entriesOfRuns } from '#audit';
import { cursorPart, decodeCursor, encodeCursor, isUuid, type Page, type PageRequest } from '#platform';
import { z } from 'zod';

import { type Run, RunEntity } from '../runs/run.entity.js';
import { NEWEST, OLDEST, type Place, quietRuns, type QuietRuns, tellingRuns } from './quiet-runs.sql.js';

/** What is told of an account beside its runs: what changed it, or was decided on it. */
const ACTIONS = [
  'account.connect',
  'account.change',
  'account.disconnect',
  'account.erase',
  'account.erase-again',
  'sign-in.complete',
  'held-deletions.approve',
  'held-deletions.reject',
  'run.cancel',
  'quarantine.replay',
  'quarantine.discard',
];

export type TimelineItem =
  | {
      readonly kind: 'run';
      readonly run: Run;
      /** Who asked for it; null: the schedule, or nobody knows any more. */
      readonly asked: AccountEntry | null;
    }
  | { readonly kind: 'runs'; readonly quiet: QuietRuns }
  | {
      readonly kind: 'entry';
      readonly entry: AccountEntry;
      /** The one that it was done to. */
      readonly run: Run | null;
    };

/** What stands by itself; quiet runs stand between. */
type Mark = { readonly at: Date; readonly id: string } & (
  | { readonly run: Run; readonly entry?: never }
  | { readonly entry: AccountEntry; readonly run?: never }
);

const place = z.tuple([cursorPart.time, cursorPart.id]);

/** What happened in an account: its runs and what people did, newest first, quiet runs told by their number. */
export class Timeline {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError invalid-cursor */
  async of(accountId: string, { limit, cursor }: PageRequest): Promise<Page<TimelineItem>> {
    const before = cursor === undefined ? NEWEST : decodeCursor(cursor, place);
    // At one moment: a run that ends between two looks would be told twice.
    return this.em.fork().transactional((tx) => this.page(tx, accountId, before, limit), {
      isolationLevel: IsolationLevel.REPEATABLE_READ,
    });
  }

  private async page(
    tx: SqlEntityManager,
    accountId: string,
    before: Place,
    limit: number,
  ): Promise<Page<TimelineItem>> {
    const runs = await tellingRuns(tx, accountId, before, limit + 1);
    const entries = await accountEntries(tx, accountId, ACTIONS, before, limit + 1);
    const found = merged(runs, entries).slice(0, limit + 1);
    const marks = found.slice(0, limit);
    const places = [before, ...found.map(placeOf), ...(found.length > limit ? [] : [OLDEST])];
    const gaps = places.slice(1).map((above, index) => ({ below: places[index] ?? before, above }));
    const quiet = new Map((await quietRuns(tx, accountId, gaps)).map((inGap) => [inGap.gap, inGap]));
    const parts = gaps.flatMap((_, index): (Mark | QuietRuns)[] => {
      const [inGap, mark] = [quiet.get(index), marks[index]];
      return [...(inGap === undefined ? [] : [inGap]), ...(mark === undefined ? [] : [mark])];
    });
    const shown = parts.slice(0, limit);
    const last = shown.at(-1);
    const hasMore = parts.length > limit || found.length > limit;
    return {
      items: await this.items(tx, accountId, shown),
      nextCursor: hasMore && last !== undefined ? encodeCursor(endOf(last)) : null,
    };
  }

  private async items(
    tx: SqlEntityManager,
    accountId: string,
    parts: readonly (Mark | QuietRuns)[],
  ): Promise<TimelineItem[]> {
    const runs = parts.flatMap((part) => ('gap' in part || part.run === undefined ? [] : [part.run]));
    const asked = await entriesOfRuns(
      tx,
      accountId,
      runs.filter(({ trigger }) => trigger === 'manual'),
    );
    const askedFor = new Map(asked.map((entry) => [entry.object, entry]));
    const objects = parts.flatMap((part) => ('gap' in part ? [] : (part.entry?.object ?? []))).filter(isUuid);
    const done = objects.length === 0 ? [] : await tx.find(RunEntity, { accountId, id: { $in: objects } });
    const doneTo = new Map(done.map((run) => [run.id, run]));
    return parts.map((part): TimelineItem => {
      if ('gap' in part) {
        return part.count === 1
          ? { kind: 'run', run: part.newest, asked: null }
          : { kind: 'runs', quiet: part };
      }
      if (part.run !== undefined) {
        return { kind: 'run', run: part.run, asked: askedFor.get(part.run.id) ?? null };
      }
      const { entry } = part;
      return { kind: 'entry', entry, run: doneTo.get(entry.object ?? '') ?? null };
    });
  }
}

function merged(runs: readonly Run[], entries: readonly AccountEntry[]): Mark[] {
  const marks: Mark[] = [
    ...runs.map((run) => ({ at: run.queuedAt, id: run.id, run })),
    ...entries.map((entry) => ({ at: entry.at, id: entry.id, entry })),
  ];
  return marks.sort((one, other) => other.at.getTime() - one.at.getTime() || (one.id < other.id ? 1 : -1));
}

function placeOf({ at, id }: { readonly at: Date; readonly id: string }): Place {
  return [at.toISOString(), id];
}

function endOf(part: Mark | QuietRuns): Place {
  return 'gap' in part ? placeOf({ at: part.oldest.queuedAt, id: part.oldest.id }) : placeOf(part);
}
