/**
 * What PostgreSQL says when not the statement but its moment was bad: the connection, a conflict with another
 * transaction, a lack of resources, a lock, an operator; also a server that has become a standby, and one that ended a
 * transaction which stood idle. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const SQL_STATE = /^(08...|25006|25P0[34]|40(?!002)...|53...|55P03|57...)$/;

/** Somebody holds what a statement would lock, for longer than it waits. */
const LOCK_NOT_AVAILABLE = '55P03';

/** Of sockets and of name look-ups. */
const SYSTEM_CALL =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)(UNREACH|DOWN)|ENETRESET|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL)$/;

/** What the driver says of a statement that took longer than it may. */
export const OUT_OF_TIME = 'Query read timeout';

/** What the pool says to whom it has no connection to give in time. */
export const POOL_FULL = 'timeout exceeded when trying to connect';

/** The driver's own errors about a connection have no code. A client was closed when it was taken out of the pool. */
const DRIVER =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|timeout expired$)/;

/** Whether the same work may succeed a moment later, because the database was away, busy or in conflict. */
export function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return SQL_STATE.test(code) || SYSTEM_CALL.test(code);
  return (
    typeof message === 'string' && (message === OUT_OF_TIME || message === POOL_FULL || DRIVER.test(message))
  );
}

/** Whether a statement gave up its wait for a lock. */
export function isLockedOut(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === LOCK_NOT_AVAILABLE;
}
