import { type SqlEntityManager } from '@mikro-orm/postgresql';
import { boundSql } from '#platform';

import { LEARNING } from './learned-limit.js';
import { quotaNow, secondsBetween } from './quota-row.sql.js';

/** How long a block may be sent from after it was drawn. */
export const BLOCK_MS = 2_000;

/**
 * So much of the limit comes into the bucket, and so many seconds of it are kept there at most: with what a process still
 * holds, no minute ever sees more than the limit (4 + 0.9 × (60 + 2) < 60), and less than one above it where that rounds up
 * to a whole request.
 */
const FILLED = 0.9;
const KEPT_SECONDS = 4;

/** Longer than Google's window, nobody is kept waiting, whatever it or the clock says. */
const LONGEST_PAUSE_SECONDS = LEARNING.windowSeconds;

export interface QuotaDraw {
  /** Requests a minute as they were set; null: as learned alone. */
  readonly set: number | null;
  readonly wanted: number;
  /** How many requests the process sent within the last minute that it has not told of. */
  readonly sent: number;
  /** Whether it sent them while nothing limited it. */
  readonly wasFree: boolean;
  /** Given: Google said that it was too much, and how long to wait at least, if it said that. */
  readonly exceeded?: { readonly retryAfterMs: number | null };
}

export interface DrawnQuota {
  /** How many requests may be sent within {@link BLOCK_MS}. */
  readonly drawn: number;
  /** How long until there is another one. */
  readonly waitMs: number;
  /** What the limit was lowered to just now, in requests a minute; null: it was not. */
  readonly loweredTo: number | null;
}

/**
 * Draws a block from the bucket that all processes share, and says what was sent since the last one; or lowers the limit,
 * and tells the other processes. One statement, so that no process stands still with the row locked; SQL, for its
 * `for update`, behind which the clock is read.
 *
 * A first 429 is told by one process, which knows its own requests alone: the others then say what they have sent, and that
 * raises the limit.
 *
 * @returns null where nothing limits; then nothing is written
 */
export async function drawQuota(em: SqlEntityManager, draw: QuotaDraw): Promise<DrawnQuota | null> {
  const { set, wanted, sent, wasFree, exceeded } = draw;
  const [row] = await boundSql<DrawnQuota>(em, DRAW, [
    set,
    wanted,
    sent,
    wasFree,
    exceeded !== undefined,
    (exceeded?.retryAfterMs ?? 0) / 1_000,
  ]);
  return row ?? null;
}

const { kept, enough, windowSeconds } = LEARNING;

const DRAW = `
  with quota as materialized (${quotaNow('select * from google_quota for update', '$1')}),
  limited as (
    select at, rate, per_minute, tokens, sent + $3::int as sent, case when lowered_at > at then at else lowered_at end as lowered_at,
      least(filled_at, at + interval '${LONGEST_PAUSE_SECONDS} s') as filled_at, rate * ${FILLED} / 60 as filling,
      (lowered_at between at - interval '${windowSeconds} s' and at) is true as is_recent,
      $5::bool and least(rate, sent + $3::int) >= ${enough.project} as is_too_much
    from quota where rate is not null or $5::bool and sent + $3::int >= ${enough.project}
  ), filled as (
    select *,
      case when is_too_much then 0 else least(greatest(1, rate * ${KEPT_SECONDS} / 60),
        tokens + filling * ${secondsBetween('filled_at', 'at')}) end as there,
      greatest(filled_at, at + make_interval(secs =>
        case when is_too_much then least($6::float8, ${LONGEST_PAUSE_SECONDS}) else 0 end)) as next_filled_at,
      case when is_too_much and not is_recent then ${kept} * least(rate, sent) end as lowered_to
    from limited
  ), block as (
    select *, least($2::int, floor(there))::int as drawn from filled
  ), changed as (
    update google_quota set
      per_minute = case when lowered_to is not null then lowered_to
        when $4::bool and is_recent then greatest(block.per_minute, ${kept} * block.sent) else block.per_minute end,
      lowered_at = case when lowered_to is null then block.lowered_at else at end,
      tokens = there - drawn, filled_at = next_filled_at, sent = block.sent, sent_at = at
    from block
  )
  select drawn, lowered_to as "loweredTo",
    1000 * (extract(epoch from next_filled_at - at)::float8 + greatest(0, 1 - there + drawn) / filling) as "waitMs",
    case when lowered_to is not null then pg_notify('contactstream_quota', round(lowered_to)::text) end
  from block`;
