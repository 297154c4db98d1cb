/**
 * What is recorded of one topic. Not the ORM's: the checkpoint and the partitions have to be of the same moment, and
 * one statement makes sure of that. Both primary keys serve it.
 */
export const RELAYED_PARTITIONS = `
  select r.position, p.partition, p.last_offset, p.last_position
  from (values ($1::text)) as asked (topic)
    left join relays r on r.name = asked.topic
    left join relay_partitions p on p.topic = asked.topic`;
