/**
 * Removes the payloads of up to $2 entries that were closed before $1. SQL, because the ORM's update has no limit. The
 * index quarantined_persons_closed holds those that have one.
 */
export const REMOVE_OLD_PAYLOADS = `
  update quarantined_persons set payload = null where id in (
    select id from quarantined_persons where closed_at < $1 and payload is not null order by closed_at limit $2)
  returning 1`;
