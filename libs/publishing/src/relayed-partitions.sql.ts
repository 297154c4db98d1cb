/**
 * What is recorded of one topic; the events that were passed without being sent stand as a partition of their own, $2,
 * whose readers store the last id that they have read, where those of Kafka's store the next offset.
 * Not the ORM's: the checkpoint and the partitions have to be of the same moment, and one statement makes sure of that.
 * The primary keys serve it, and withheld_events is read from its end.
 */
export const RELAYED_PARTITIONS = `
  select r.position, r.state_position, p.partition, p.last_offset, p.last_position
  from (values ($1::text)) as asked (topic)
    left join relays r on r.name = asked.topic
    left join (
      select topic, partition, last_offset, last_position from relay_partitions where topic = $1
      union all
      (select relay, $2::int, id - 1, position from withheld_events where relay = $1 order by id desc limit 1)
    ) as p on p.topic = asked.topic`;
