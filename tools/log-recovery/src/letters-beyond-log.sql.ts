/**
 * Open dead letters of a topic with one error, in the order of their records. It reads the whole table, once a
 * recovery. Not the ORM's: the table is the read model's, which hands out single letters by id.
 */
export const LETTERS_BEYOND_LOG = `
  select id from dead_letters where state = 'open' and topic = $1 and error = $2 order by record_offset`;
