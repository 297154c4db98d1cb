import { isoTime } from '#platform';

/**
 * Where the last event up to a position is. Not the ORM's, because the log has no entity. The primary key serves it, with an
 * account events_account_position.
 */
export function lastEventSql(ofAccount: boolean): string {
  return `
    select position, ${isoTime('occurred_at')} as occurred_at
    from events where position <= $1 ${ofAccount ? 'and account_id = $2::uuid' : ''}
    order by position desc limit 1`;
}
