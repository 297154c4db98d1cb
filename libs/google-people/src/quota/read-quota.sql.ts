import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql, isoTime } from '#platform';

import { LEARNING } from './learned-limit.js';
import { quotaNow } from './quota-row.sql.js';

/** The limit of the project that is in force. */
export interface QuotaStanding {
  /** Requests. */
  readonly limitPerMinute: number;
  /** Whether Google has said that more is too much, so that it is lower than what was set. */
  readonly isLearned: boolean;
  /** Requests of all processes within about the last minute. */
  readonly usedLastMinute: number;
  /** ISO 8601: when what was learned is forgotten, unless Google says so again; null: it was set. */
  readonly until: string | null;
}

/** @param set requests a minute; null: as learned. @returns null where nothing limits */
export async function readQuota(em: SqlEntityManager, set: number | null): Promise<QuotaStanding | null> {
  const [row] = await boundSql<QuotaStanding>(em, READ, [set]);
  return row ?? null;
}

const IS_LEARNED = `(learned is not null and learned <= rate)`;
const FORGOTTEN_AT = `(lowered_at + interval '${LEARNING.forgottenSeconds} s')`;

const READ = `
  select round(rate)::int as "limitPerMinute", round(sent)::int as "usedLastMinute", ${IS_LEARNED} as "isLearned",
    case when ${IS_LEARNED} then ${isoTime(FORGOTTEN_AT)} end as until
  from (${quotaNow('select * from google_quota', '$1')}) as quota where rate is not null`;
