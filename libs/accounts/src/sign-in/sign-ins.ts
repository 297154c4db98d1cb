import { type SqlEntityManager } from '@mikro-orm/postgresql';

import { hashOf } from '#platform';

import { idOfHash } from '../secret-id.js';
import { isOwnState } from './browser-secret.js';
import { SignInEntity } from './sign-in.entity.js';

/** A sign-in whose browser has come back. */
export interface OpenSignIn {
  readonly id: string;
  /** The account that is to be signed in again; null for whoever comes. */
  readonly accountId: string | null;
  /** The link that it was begun by; null for none. */
  readonly linkId: string | null;
}

/** The sign-ins that are on their way. */
export class SignIns {
  constructor(private readonly em: SqlEntityManager) {}

  /** @returns null for one that can only be refused: it is not known, or over, or of another browser */
  async open(state: string | undefined, secret: string | undefined): Promise<OpenSignIn | null> {
    if (state === undefined || !isOwnState(state, secret)) return null;
    const stateHash = hashOf(state);
    const open = { stateHash, takenAt: null, expiresAt: { $gte: new Date() } };
    const found = await this.em.fork().findOne(SignInEntity, open);
    if (found === null) return null;
    const { accountId = null, linkHash } = found;
    return { id: idOfHash(stateHash), accountId, linkId: linkHash == null ? null : idOfHash(linkHash) };
  }
}
