import { type CountryCode } from 'libphonenumber-js/max';

/** Where phone numbers are dialled that do not tell their country; undefined: not known. */
export interface Regions {
  /** The regions of all accounts, or of one, each once. */
  among(accountId?: string): Promise<readonly (CountryCode | undefined)[]>;
  /** The region of each of the accounts. */
  of(accountIds: readonly string[]): Promise<ReadonlyMap<string, CountryCode | undefined>>;
}

/** One for all accounts. */
export function oneRegion(region?: CountryCode): Regions {
  return {
    among: () => Promise.resolve([region]),
    of: (accountIds) => Promise.resolve(new Map(accountIds.map((id) => [id, region]))),
  };
}
