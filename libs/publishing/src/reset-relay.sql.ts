/**
 * Sets the checkpoints of the relay $1 to $2 and $3, and what is recorded of the partitions of its topics $4 to $5 to
 * $8. Not the ORM's: a list that replaces another one. The primary keys serve it.
 */
export const RESET_RELAY = `
  with moved as (
    update relays set position = $2, state_position = $3 where name = $1 returning name
  ), now as (
    select * from unnest($5::text[], $6::int[], $7::bigint[], $8::bigint[])
      as now (topic, partition, last_offset, last_position)
  ), forgotten as (
    delete from relay_partitions p where topic = any($4::text[])
      and not exists (select from now where now.topic = p.topic and now.partition = p.partition)
  )
  insert into relay_partitions (relay, topic, partition, last_offset, last_position)
  select moved.name, now.* from moved, now
  on conflict (topic, partition) do update
    set relay = excluded.relay, last_offset = excluded.last_offset, last_position = excluded.last_position`;
