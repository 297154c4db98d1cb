import { type Change } from '../database/bound-sql.js';

/*
 * Parts of statements that find out by other tables which lease to take: they join `leases`, lock the row with
 * `for update … skip locked`, and update it. The lease must have a row by then ({@link leasesToPrepare}).
 */

/** Whether a lease may be taken: it was never held, is released, or has run out. @param lease the table's alias */
export function isFree(lease: string): string {
  return `${lease}.expires_at <= clock_timestamp()`;
}

/** Whether the row is that of a lease that is held under a fencing token. @param name SQL, as `fencingToken` is */
export function isHeld(name: string, fencingToken: string): string {
  return `leases.name = ${name} and leases.fencing_token = ${fencingToken} and leases.owner is not null`;
}

/** What an update of `leases` sets to take one. @param owner SQL, as `seconds` is. @param lease the table's alias */
export function taking(owner: string, seconds: string, lease = 'leases'): string {
  return `owner = ${owner}, fencing_token = ${lease}.fencing_token + 1,
    expires_at = clock_timestamp() + make_interval(secs => ${seconds})`;
}

/** Gives leases their rows, free, unless they have one; rows that are there are not waited for, whoever has locked them. */
export function leasesToPrepare(names: readonly string[]): Change {
  return { sql: preparingLeases('unnest($1::text[])'), parameters: [names] };
}

/** The same of names that a statement finds out. @param names SQL of a relation of one column */
export function preparingLeases(names: string): string {
  return `insert into leases (name, fencing_token, expires_at)
    select name, 0, clock_timestamp() from ${names} as asked (name)
    where not exists (select from leases known where known.name = asked.name)
    order by name on conflict (name) do nothing`;
}
