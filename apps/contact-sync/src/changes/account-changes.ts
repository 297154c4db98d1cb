import { type AccountStandings } from '#sync';

import { type ChangeSource, type ToldChange } from './change-watch.js';

const PAGE = 5_000;

/** More accounts than that are not looked at one by one. */
const MOST_SINGLE = 10;

/** How often all accounts are looked at, unless they are so many that it took a twentieth of that. */
const ALL_EVERY_MS = 4_000;
const REST = 20;

/** How accounts stand: at once where a run of theirs has changed, else within seconds, because time alone changes it, too. */
export class AccountChanges implements ChangeSource {
  /** State and health of each account; null before the first look. */
  private told: Map<string, string> | null = null;
  private nextAt = 0;

  constructor(private readonly standings: Pick<AccountStandings, 'list'>) {}

  forget(): void {
    this.told = null;
    this.nextAt = 0;
  }

  async look(accounts: ReadonlySet<string>): Promise<readonly ToldChange[]> {
    if (this.told === null || performance.now() >= this.nextAt) return this.lookAtAll();
    const changes: ToldChange[] = [];
    // The others follow when all are looked at.
    for (const accountId of [...accounts].slice(0, MOST_SINGLE)) {
      const { items } = await this.standings.list({ accountId, limit: 1 });
      changes.push(...this.noted(items));
    }
    return changes;
  }

  private async lookAtAll(): Promise<readonly ToldChange[]> {
    const began = performance.now();
    const isFirst = this.told === null;
    const unseen = new Set(this.told?.keys() ?? []);
    this.told ??= new Map();
    const changes: ToldChange[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await this.standings.list({ limit: PAGE, cursor });
      for (const { accountId } of page.items) unseen.delete(accountId);
      changes.push(...this.noted(page.items));
      cursor = page.nextCursor;
    }
    for (const accountId of unseen) {
      this.told.delete(accountId);
      changes.push(toldAccount({ accountId, state: null, health: null }));
    }
    const tookMs = performance.now() - began;
    this.nextAt = performance.now() + Math.max(ALL_EVERY_MS, REST * tookMs);
    return isFirst ? [] : changes;
  }

  private noted(
    standings: readonly { readonly accountId: string; readonly state: string; readonly health: string }[],
  ): ToldChange[] {
    return standings.flatMap(({ accountId, state, health }) => {
      const now = `${state} ${health}`;
      if (this.told?.get(accountId) === now) return [];
      this.told?.set(accountId, now);
      return [toldAccount({ accountId, state, health })];
    });
  }
}

function toldAccount(account: {
  readonly accountId: string;
  readonly state: string | null;
  readonly health: string | null;
}): ToldChange {
  return { message: { event: 'account', data: JSON.stringify(account) }, accountId: account.accountId };
}
