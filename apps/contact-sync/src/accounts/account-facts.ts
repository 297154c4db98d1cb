import { type Account, type Accounts } from '#accounts';
import { type ContactCounts } from '#read-model';
import { type AccountStanding, type Run, type Runs, type SyncLists } from '#sync';

import { type SyncTimes } from '../standing/sync-times.js';

/** An account, how it stands, and what there is to say of its syncs. */
export interface AccountFact {
  readonly account: Account;
  readonly standing: AccountStanding;
  readonly lastRun: Run | null;
  readonly syncTokenObtainedAt: Date | null;
  readonly nextSyncAt: Date | null;
  readonly nextFullSyncAt: Date | null;
  /** Live ones. */
  readonly contacts: number;
}

/** What each account of a page has beside how it stands, in a few looks for all of them. */
export class AccountFacts {
  constructor(
    private readonly accounts: Accounts,
    private readonly runs: Runs,
    private readonly lists: SyncLists,
    private readonly counts: ContactCounts,
    private readonly times: SyncTimes,
  ) {}

  /** In the given order; without those that were erased meanwhile. */
  async of(standings: readonly AccountStanding[]): Promise<AccountFact[]> {
    const ids = standings.map(({ accountId }) => accountId);
    const [accounts, runs, lists, counts] = await Promise.all([
      this.accounts.listOf(ids),
      this.runs.latest(ids),
      this.lists.findEach(ids, 'contacts'),
      this.counts.ofEach(ids),
    ]);
    const accountOf = new Map(accounts.map((account) => [account.id, account]));
    const runOf = new Map(runs.map((run) => [run.accountId, run]));
    const listOf = new Map(lists.map((list) => [list.accountId, list]));
    return standings.flatMap((standing) => {
      const { accountId } = standing;
      const account = accountOf.get(accountId);
      if (account === undefined) return [];
      const list = listOf.get(accountId);
      return {
        account,
        standing,
        lastRun: runOf.get(accountId) ?? null,
        syncTokenObtainedAt: list?.syncTokenObtainedAt ?? null,
        nextSyncAt: this.times.nextSync(account, list),
        nextFullSyncAt: this.times.nextFullSync(account, list),
        contacts: counts.get(accountId) ?? 0,
      };
    });
  }
}
