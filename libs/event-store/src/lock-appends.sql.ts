/** The key of the lock that makes position order commit order; held from here to the commit. */
const APPEND_LOCK = '7165066978298918004';

/**
 * Keeps other appends waiting until the end of the transaction (docs/adr/0003-position-order-is-commit-order.md has
 * what was measured with and without it). An ORM has no word for an advisory lock.
 */
export const LOCK_APPENDS = `select pg_advisory_xact_lock(${APPEND_LOCK})`;
