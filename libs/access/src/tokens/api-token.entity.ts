import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { type Scope } from '#platform';

/** A token that was issued, and is not revoked: a revoked one has no row. */
export const ApiTokenEntity = defineEntity({
  name: 'ApiToken',
  tableName: 'api_tokens',
  properties: {
    id: p.uuid().primary(),
    /** No other one has it. */
    name: p.text(),
    /** See {@link hashOf}. */
    tokenHash: p.text().hidden(),
    scopes: p.array().$type<Scope[]>(),
    /** The one account that it may see, with which it goes; null for all. */
    accountId: p.uuid().nullable(),
    createdAt: p.datetime(3),
    /** The name of whoever issued it. */
    createdBy: p.text(),
    expiresAt: p.datetime(3),
    /** To the minute; null: never. */
    lastUsedAt: p.datetime(3).nullable(),
  },
});

export type IssuedToken = InferEntity<typeof ApiTokenEntity>;
