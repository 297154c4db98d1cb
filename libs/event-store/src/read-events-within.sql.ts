import { EVENT_COLUMNS } from './event-columns.sql.js';

/**
 * The first of the events at some positions, in the order of these, as many as hold so many bytes of data; the first one
 * whatever its size. See EVENT_COLUMNS for why it is not the ORM's; it walks from one to the next, so that what does not
 * fit is not even decompressed (read-page.sql.ts). The primary key serves it.
 */
export const READ_EVENTS_WITHIN = `
  with recursive walk (place, bytes) as (
    select 1, 0::bigint
    union all
    select place + 1, bytes + coalesce((
      select octet_length(data::text) from events where position = ($1::bigint[])[place]), 0)
    from walk where place < cardinality($1::bigint[]) and bytes <= $2::bigint
  ), fitting as (select place from walk where place = 1 or bytes <= $2::bigint)
  select ${EVENT_COLUMNS} from fitting join events on position = ($1::bigint[])[place] order by place`;
