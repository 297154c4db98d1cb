import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { isUuid, newestFirst, type Page, type PageRequest } from '#platform';

import { ApiTokenEntity, type IssuedToken } from './api-token.entity.js';

/** The tokens that were issued, for people to look at. */
export class IssuedTokens {
  constructor(private readonly em: SqlEntityManager) {}

  /** Newest first. @throws CodedError invalid-cursor */
  async list({
    accountId,
    ...page
  }: PageRequest & { readonly accountId?: string | undefined }): Promise<Page<IssuedToken>> {
    const orderBy = { createdAt: 'desc', id: 'desc' } as const;
    return newestFirst(this.em.fork(), ApiTokenEntity, { accountId }, orderBy, page);
  }

  /** The account that it is bound to. */
  async accountOf(id: string): Promise<string | null> {
    if (!isUuid(id)) return null;
    return (await this.em.fork().findOne(ApiTokenEntity, { id }))?.accountId ?? null;
  }
}
