import { isoTime } from '#platform';

/**
 * What the reading statements select of `events`, and EventRow holds. The ORM would read `data` as JSON and
 * `occurred_at` as a Date: the data has to stay as it is to the byte, and the time in the text that was published.
 */
export const EVENT_COLUMNS = `position, stream_id, version, account_id, type, data::text as data, metadata, run_id,
  ${isoTime('occurred_at')} as occurred_at`;

/**
 * The same, but of the data some members alone, each under its path, so that nothing else leaves the database; null for
 * one that is not there.
 *
 * @param paths the parameter that holds them, such as `change` and `contact.updatedAt`
 */
export function eventColumnsWith(paths: string): string {
  const members = `select json_object_agg(path, data #> string_to_array(path, '.'))::text
    from unnest(${paths}::text[]) as path`;
  return EVENT_COLUMNS.replace('data::text', `case when data is not null then (${members}) end`);
}
