/** Not the ORM's: the rows are ids and positions, which no entity holds. The primary key serves it. */
export const READ_WITHHELD = `
  select id, position from withheld_events where relay = $1 and id > $2 order by id limit $3`;
