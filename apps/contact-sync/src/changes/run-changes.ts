import { type Subscriptions } from '#platform';
import { type Runs } from '#sync';

import { runDetail } from '../sync/run-answer.js';
import { type ChangeSource, type ToldChange } from './change-watch.js';

/** More runs than that are not followed at once; those that end are told all the same. */
const MOST_FOLLOWED = 500;

/** Runs that go on, and those that end, or are decided on, between two looks. */
export class RunChanges implements ChangeSource {
  /** As they were told last, by their ids. */
  private told: Map<string, string> | null = null;
  private readonly ended = new Set<string>();

  constructor(
    private readonly runs: Runs,
    notifications: Subscriptions,
  ) {
    notifications.subscribe('contactstream_runs', (id) => {
      if (this.told !== null && id !== '') this.ended.add(id);
    });
  }

  forget(): void {
    this.told = null;
    this.ended.clear();
  }

  async look(): Promise<readonly ToldChange[]> {
    const before = this.told;
    this.told ??= new Map();
    const { first } = await this.runs.activeOnes(null, MOST_FOLLOWED);
    const active = first.map(({ run }) => run);
    const activeIds = new Set(active.map(({ id }) => id));
    const others = [...new Set([...this.ended, ...(before ?? new Map<string, string>()).keys()])].filter(
      (id) => !activeIds.has(id),
    );
    this.ended.clear();
    const gone = others.length === 0 ? [] : await this.runs.listOf(others);
    const now = [...active, ...gone].map((run) => ({ ...run, data: JSON.stringify(runDetail(run)) }));
    const changed = now.filter(({ id, data }) => before?.get(id) !== data);
    this.told = new Map(now.filter(({ id }) => activeIds.has(id)).map(({ id, data }) => [id, data]));
    return before === null
      ? []
      : changed.map(({ accountId, data }) => ({ message: { event: 'run', data }, accountId }));
  }
}
