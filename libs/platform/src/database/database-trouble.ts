import { channel } from 'node:diagnostics_channel';

import { type Pool } from 'pg';

import { isPassing, OUT_OF_TIME, POOL_FULL } from './passing-error.js';
import { requestWork } from './statement-limit.js';

/** Why there was no connection: PostgreSQL takes no more, or all of this process are in use. */
export const CONNECTION_LACKS = ['server-full', 'pool-full'] as const;
export type ConnectionLack = (typeof CONNECTION_LACKS)[number];

/** What keeps PostgreSQL from doing what it was asked, for people. */
export interface DatabaseTrouble {
  /** A sentence without its full stop. */
  readonly found: string;
  readonly mend: string;
  /** null: that is not why. */
  readonly lack: ConnectionLack | null;
}

const START = 'Start PostgreSQL, and see that DATABASE_URL leads to it.';
const SEE_WHAT_IT_DOES =
  'See in pg_stat_activity what PostgreSQL is busy with and who waits for a lock, and whether its machine has work to spare.';

/** By the beginning of the SQLSTATE; the first that fits. */
const BY_SQL_STATE: readonly (readonly [RegExp, Omit<DatabaseTrouble, 'lack'>])[] = [
  [/^53100/, { found: 'The disk of PostgreSQL is full', mend: 'Make room on the disk of PostgreSQL.' }],
  [
    /^53/,
    { found: 'PostgreSQL lacks what it needs, such as memory', mend: 'See what its log says it lacks.' },
  ],
  [
    /^28/,
    {
      found: 'PostgreSQL refuses the sign-in of the service',
      mend: 'Set the user and the password of DATABASE_URL, or let pg_hba.conf allow them.',
    },
  ],
  [
    /^3D000/,
    {
      found: 'PostgreSQL has no such database',
      mend: 'Set the database of DATABASE_URL, or create it: docs/operations.md#the-database-role.',
    },
  ],
  [
    /^25006/,
    {
      found: 'PostgreSQL takes no changes here',
      mend: 'Let DATABASE_URL lead to the primary, and not to a standby.',
    },
  ],
  [/^57014/, { found: 'PostgreSQL did not answer in time', mend: SEE_WHAT_IT_DOES }],
  [/^(40|55)/, { found: 'Other work of PostgreSQL was in the way', mend: SEE_WHAT_IT_DOES }],
  [
    /^57/,
    { found: 'PostgreSQL is starting or being stopped', mend: 'Wait until it is up; its log says more.' },
  ],
];

/** What the driver says where PostgreSQL is there and says nothing. */
const SLOW = /^(timeout expired|Connection terminated due to connection timeout)$/;

/** @returns null where it is not the moment that is bad, but what was asked */
export function databaseTrouble(error: unknown): DatabaseTrouble | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const state = typeof code === 'string' && /^[\dA-Z]{5}$/.test(code) && /\d/.test(code) ? code : null;
  const lack = connectionLack(error);
  if (lack === 'server-full') {
    return {
      found: 'PostgreSQL takes no more connections (SQLSTATE 53300)',
      mend: 'End sessions that nobody needs (pg_stat_activity), raise max_connections, or run fewer processes.',
      lack,
    };
  }
  if (lack === 'pool-full') {
    return {
      found: 'All connections of this process to PostgreSQL were in use, and none became free within 3 s',
      mend: 'See in pg_stat_activity what holds them; spread the work over more processes if they are merely busy.',
      lack,
    };
  }
  if (state !== null) {
    const known = BY_SQL_STATE.find(([pattern]) => pattern.test(state))?.[1];
    if (known !== undefined) return { ...known, found: `${known.found} (SQLSTATE ${state})`, lack: null };
  }
  if (!isPassing(error)) return null;
  if (typeof message === 'string' && (message === OUT_OF_TIME || SLOW.test(message))) {
    return { found: 'PostgreSQL did not answer in time', mend: SEE_WHAT_IT_DOES, lack: null };
  }
  const told = typeof code === 'string' ? ` (${code})` : '';
  return { found: `PostgreSQL cannot be reached${told}`, mend: START, lack: null };
}

/** Tells each time that there was no connection, as a {@link ConnectionLackMessage}. */
export const LACKING_CONNECTIONS = channel('contactstream:lacking-connections');

export interface ConnectionLackMessage {
  readonly lack: ConnectionLack;
}

/** To be called once nothing wraps the pool any more. */
export function tellOfLacks(pool: Pool): void {
  const connect = pool.connect.bind(pool) as (...args: unknown[]) => unknown;
  pool.connect = ((...args: unknown[]) => {
    const connecting = connect(...args);
    // Whoever hung up is told the same.
    const gone = requestWork()?.gone ?? null;
    if (connecting instanceof Promise) {
      connecting.catch((error: unknown) => {
        const lack = connectionLack(error);
        if (lack !== null && gone?.aborted !== true) {
          LACKING_CONNECTIONS.publish({ lack } satisfies ConnectionLackMessage);
        }
      });
    }
    return connecting;
  }) as Pool['connect'];
}

function connectionLack(error: unknown): ConnectionLack | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === '53300') return 'server-full';
  return message === POOL_FULL ? 'pool-full' : null;
}
