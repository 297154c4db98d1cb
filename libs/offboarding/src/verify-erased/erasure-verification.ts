import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { CodedError } from '#platform';

import { ErasureEntity } from '../erasure.entity.js';
import { type StoredTraces, storedTraces } from './stored-traces.sql.js';

/** What a topic holds of an account. */
export interface TopicTraces {
  readonly topic: string;
  readonly records: number;
  /** How long a record stays at most, in milliseconds; null: for ever, or not known. */
  readonly retentionMs: number | null;
}

/** Looks through Kafka. */
export interface PublishedTraces {
  /**
   * @returns `state`: contacts that the compacted topic still gives to whoever reads it; `others`: records that stay until
   * their retention ends
   */
  of(accountId: string): Promise<{ readonly state: TopicTraces; readonly others: readonly TopicTraces[] }>;
}

export interface ErasureReport {
  readonly accountId: string;
  /** null while the erasure goes on. */
  readonly erasedAt: Date | null;
  /** It is done, and neither a table nor the state topic has anything of the account. */
  readonly ok: boolean;
  readonly tables: readonly StoredTraces[];
  /** null without Kafka. */
  readonly state: TopicTraces | null;
  readonly otherTopics: readonly TopicTraces[];
}

/** Shows that nothing is left of an erased account, or where. */
export class ErasureVerification {
  /** @param published null without Kafka */
  constructor(
    private readonly em: SqlEntityManager,
    private readonly published: PublishedTraces | null,
  ) {}

  /** @throws CodedError erasure-not-found */
  async of(accountId: string): Promise<ErasureReport> {
    const em = this.em.fork();
    const erasure = await em.findOne(ErasureEntity, { accountId });
    if (erasure === null) {
      throw new CodedError('erasure-not-found', `No account ${accountId} was erased here.`);
    }
    const tables = await storedTraces(em, accountId);
    const { state, others } = (await this.published?.of(accountId)) ?? { state: null, others: [] };
    const erasedAt = erasure.finishedAt ?? null;
    return {
      accountId,
      erasedAt,
      ok: erasedAt !== null && tables.every(({ rows }) => rows === 0) && (state?.records ?? 0) === 0,
      tables,
      state,
      otherTopics: others,
    };
  }
}
