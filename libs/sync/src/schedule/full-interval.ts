/**
 * Accounts that were connected together would have their full syncs together for ever: each has its next one up to so much
 * sooner, by a share of its own.
 */
const SPREAD = 0.1;

/** How long after its last full sync an account's next scheduled one is a full one, in ms. @param general FULL_SYNC_INTERVAL */
export function fullIntervalOf(accountId: string, general: number): number {
  return general * (1 - (SPREAD * Number.parseInt(accountId.slice(-8), 16)) / 2 ** 32);
}

/** The same in SQL, in seconds. @param accountId a column, @param general a parameter: ms */
export function fullSeconds(accountId: string, general: string): string {
  return `${general}::bigint / 1000.0 * (1 - ${SPREAD} * ('x' || right(${accountId}::text, 8))::bit(32)::bigint / 2 ^ 32)`;
}
