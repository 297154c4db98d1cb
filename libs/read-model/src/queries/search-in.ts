import { hasNumber, readSearch, type Search } from '../projection/search-text.js';
import { type Regions } from './regions.js';

/** What is looked for in all accounts, or in one. Only numbers are dialled anywhere: else no account is asked for. */
export async function searchIn(regions: Regions, q: string, accountId?: string): Promise<Search | null> {
  return hasNumber(q) ? readSearch(q, await regions.among(accountId)) : readSearch(q);
}
