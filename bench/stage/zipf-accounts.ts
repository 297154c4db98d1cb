import { type BenchDatabase } from './bench-database.js';
import { type Google, type GoogleAccount } from './google.js';

export interface ZipfAccount {
  readonly account: GoogleAccount;
  readonly accountId: string;
}

/** Accounts that one statement connects. */
const AT_ONCE = 500;

/**
 * How many contacts accounts have: the second has half of what the first has, the third a third, and so on, at least one.
 *
 * @param contacts in all, about
 */
export function zipfSizes(accounts: number, contacts: number): number[] {
  const ranks = Array.from({ length: accounts }, (_, index) => index + 1);
  const largest = contacts / ranks.reduce((sum, rank) => sum + 1 / rank, 0);
  return ranks.map((rank) => Math.max(1, Math.floor(largest / rank)));
}

/** Makes accounts at Google and connects them, the largest first; nothing of them is synced yet. */
export async function zipfAccounts(
  database: BenchDatabase,
  google: Google,
  sizes: readonly number[],
  progress: (what: string) => void,
): Promise<ZipfAccount[]> {
  const made: ZipfAccount[] = [];
  for (let from = 0; from < sizes.length; from += AT_ONCE) {
    const accounts: GoogleAccount[] = [];
    for (const size of sizes.slice(from, from + AT_ONCE)) accounts.push(await google.createAccount(size));
    const ids = await database.connectAccounts(accounts);
    made.push(...accounts.map((account, index) => ({ account, accountId: ids[index] ?? '' })));
    if (made.length % 2_500 === 0) progress(`${made.length} of ${sizes.length} accounts made at Google`);
  }
  return made;
}
