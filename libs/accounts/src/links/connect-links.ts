import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError, hashOf } from '#platform';

import { type ConnectLink, ConnectLinkEntity } from './connect-link.entity.js';

/** Links that may still be used. Looking at one uses nothing up: mail scanners open links. */
export class ConnectLinks {
  constructor(private readonly em: SqlEntityManager) {}

  /** @throws CodedError link-unknown, link-over */
  async get(token: string): Promise<ConnectLink> {
    const link = await this.em.fork().findOne(ConnectLinkEntity, { tokenHash: hashOf(token) });
    if (link === null) {
      throw new CodedError(
        'link-unknown',
        'This link is not known here, or is some days old. Ask for a new one where you got it.',
      );
    }
    if (link.usedAt != null) throw linkUsed();
    if (link.expiresAt < new Date()) {
      throw new CodedError(
        'link-over',
        'This link is older than 24 hours. Ask for a new one where you got it.',
      );
    }
    return link;
  }
}

export function linkUsed(): CodedError {
  return new CodedError(
    'link-over',
    'This link has been used: an account is connected by it. To connect another one, ask for a new link.',
  );
}
