import { EVENT_COLUMNS, eventColumnsWith } from './event-columns.sql.js';

/** Which events to read, and how much of them. */
export interface PageSelection {
  /** Only events after this position. */
  readonly after?: bigint | undefined;
  /** Only events before this position. */
  readonly before?: bigint | undefined;
  readonly accountId?: string | undefined;
  readonly streamId?: string | undefined;
  /** Only events after this version of the stream. */
  readonly afterVersion?: number | undefined;
  /** Only events before this version of the stream. */
  readonly beforeVersion?: number | undefined;
  /** From the newest to the oldest. */
  readonly isBackwards?: boolean | undefined;
  readonly type?: string | undefined;
  readonly limit: number;
  /** Of their data, in UTF-8; the first event is read whatever its size. */
  readonly bytes: number;
  /** Paths of the members of the data that are to be read; left out, all of it is. */
  readonly members?: readonly string[] | undefined;
}

/**
 * A page of the log in position order, or of a stream in the order of versions, from either end.
 *
 * Not the ORM's: it walks from event to event and stops where the page is full, so that what lies behind is not even
 * decompressed. A running sum over the whole selection looked at all of it: of 400 events of 2 MB it took 13.6 s on a
 * busy machine, where this takes 0.2 s. Each step goes by the index that {@link readLogSql} names; one event behind the
 * page is looked at, to tell whether there is more.
 */
export function readPageSql(selection: PageSelection): { sql: string; parameters: unknown[] } {
  const { after = 0n, before, afterVersion = 0, beforeVersion, limit, bytes, members } = selection;
  const { isBackwards = false } = selection;
  const parameters: unknown[] = [];
  const bind = (value: unknown): string => `$${parameters.push(value)}`;
  const conditions = [`position > ${bind(String(after))}::bigint`];
  if (before !== undefined) conditions.push(`position < ${bind(String(before))}::bigint`);
  const where = (column: string, value: string | undefined): void => {
    if (value !== undefined) conditions.push(`${column} = ${bind(value)}`);
  };
  where('stream_id', selection.streamId);
  where('account_id', selection.accountId);
  where('type', selection.type);
  const key = selection.streamId === undefined ? 'position' : 'version';
  const bounds = ['true'];
  if (key === 'version') bounds.push(`version > ${bind(afterVersion)}::int`);
  if (beforeVersion !== undefined) bounds.push(`version < ${bind(beforeVersion)}::int`);
  const first = bounds.join(' and ');
  const next = (behind: string): string => `
    select position as at, version as in_stream, coalesce(octet_length(data::text), 0)::bigint as size
    from events where ${conditions.join(' and ')} and ${behind} order by ${key} ${isBackwards ? 'desc' : 'asc'} limit 1`;
  const limits = { rows: bind(limit), bytes: bind(bytes) };
  const columns = members === undefined ? EVENT_COLUMNS : eventColumnsWith(bind(members));
  const walked = key === 'version' ? 'in_stream' : 'at';
  const sql = `
    with recursive page (at, in_stream, bytes, place) as (
      (select at, in_stream, size, 1 from (${next(first)}) as first)
      union all
      select following.at, following.in_stream, bytes + size, place + 1
      from page cross join lateral (${next(`${key} ${isBackwards ? '<' : '>'} page.${walked}`)}) as following
      where place <= ${limits.rows}::int and (place = 1 or bytes <= ${limits.bytes}::bigint)
    ), sized as (
      select *, place <= ${limits.rows}::int and (place = 1 or bytes <= ${limits.bytes}::bigint) as fits from page
    )
    select ${columns}, (select bool_or(not fits) from sized) as has_more
    from events join sized on position = at where fits order by place`;
  return { sql, parameters };
}
