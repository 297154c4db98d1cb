import { LIVE_CONTACTS, type ProjectionTarget, REBUILT_CONTACTS } from './contact.entity.js';

/**
 * How many live contacts each account has, kept by the database with every statement that changes a table of contacts,
 * whoever sends it: to count 25,000 rows for each account of a list took seconds with 10,000 accounts.
 */

const LIVE = 'not deleted and document is not null';

const changeOf = (table: string, sign: 1 | -1): string =>
  `select account_id, ${sign} as live from ${table} where ${LIVE}`;

const EVENTS = {
  insert: changeOf('after', 1),
  update: `${changeOf('after', 1)} union all ${changeOf('before', -1)}`,
  delete: changeOf('before', -1),
} as const;

const REFERENCES = {
  insert: 'new table as after',
  update: 'old table as before new table as after',
  delete: 'old table as before',
} as const;

/**
 * The function behind the triggers. Several writers may change the same accounts, in any order: the lock lets one after
 * the other, from here to its commit, which is what a statement does last. Statements that create and delete nothing
 * take no lock.
 */
export const CREATE_COUNTING = `
  create function count_live_contacts() returns trigger language plpgsql as $$
  declare
    changes contact_counts[];
  begin
    case tg_op
      ${Object.entries(EVENTS)
        .map(
          ([event, changes]) => `when '${event.toUpperCase()}' then
            changes := array(
              select row(tg_table_name, account_id, sum(live))::contact_counts from (${changes}) change
              group by account_id having sum(live) <> 0);`,
        )
        .join('\n')}
      when 'TRUNCATE' then
        delete from contact_counts where table_name = tg_table_name;
        return null;
    end case;
    if cardinality(changes) = 0 then return null; end if;
    perform pg_advisory_xact_lock(hashtextextended('contact_counts', 0));
    insert into contact_counts select * from unnest(changes)
      on conflict (table_name, account_id) do update set live = contact_counts.live + excluded.live;
    delete from contact_counts
      where table_name = tg_table_name and live = 0
        and account_id in (select account_id from unnest(changes) as change);
    return null;
  end $$`;

/** Counts what a table holds, and has its counts kept from here on. For one transaction that lets nobody else write. */
export function keepCounts({ table }: ProjectionTarget): string[] {
  const triggers = Object.entries(REFERENCES).map(
    ([event, references]) => `
      create or replace trigger count_on_${event} after ${event} on ${table} referencing ${references}
      for each statement execute function count_live_contacts()`,
  );
  return [
    ...triggers,
    `create or replace trigger count_on_truncate after truncate on ${table}
       for each statement execute function count_live_contacts()`,
    `delete from contact_counts where table_name = '${table}'`,
    `insert into contact_counts select '${table}', account_id, count(*) from ${table} where ${LIVE} group by account_id`,
  ];
}

/** When the rebuilt table takes the live one's name. */
export const MOVE_COUNTS = [
  `delete from contact_counts where table_name = '${LIVE_CONTACTS.table}'`,
  `update contact_counts set table_name = '${LIVE_CONTACTS.table}' where table_name = '${REBUILT_CONTACTS.table}'`,
];
