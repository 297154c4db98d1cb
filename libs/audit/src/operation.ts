import { userInfo } from 'node:os';

import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError } from '#platform';

import { type Actor, type AuditSubject, DONE } from './audit-draft.js';
import { AuditTrail } from './audit-trail.js';

/** What an operator's programs change. */
export const OPERATIONS = [
  'keys.rotate',
  'keys.forget',
  'events.replay',
  'log.recover',
  'snapshots.recover',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What a program of an operator stopped at before its end. */
export const INTERRUPTED = 'interrupted';

/**
 * Carries out what an operator's program was started for, with an entry that is written before. What cannot be audited is
 * not done.
 *
 * @param failureOf the code of what ended without an error, and is not done all the same
 */
export async function auditOperation<T>(
  em: SqlEntityManager,
  action: Operation,
  subject: AuditSubject,
  work: () => Promise<T>,
  failureOf: (result: T) => string | null = () => null,
): Promise<T> {
  const trail = new AuditTrail(em);
  const entry = await trail.begin({ actor: operator(), action, ...subject }).catch((cause: unknown) => {
    const message = `the audit entry could not be written, so nothing was done (${(cause as Error).message})`;
    throw new Error(message, { cause });
  });
  try {
    const result = await work();
    const code = failureOf(result);
    await trail.settle(entry, code === null ? DONE : { outcome: 'failed', code });
    return result;
  } catch (error) {
    await trail
      .settle(entry, { outcome: 'failed', code: error instanceof CodedError ? error.code : null })
      // The error itself tells more; without an outcome the entry says that it is not known.
      .catch(() => undefined);
    throw error;
  }
}

/** Whoever started the program: the user of the system, who may have no name there, as in a container. */
export function operator(): Actor {
  try {
    return { kind: 'operator', name: userInfo().username };
  } catch {
    return { kind: 'operator', name: `uid ${process.getuid?.() ?? '?'}` };
  }
}
