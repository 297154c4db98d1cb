/** Reads the last entry of the primary key. Not the ORM's, because the log has no entity: it is never loaded as one. */
export const LAST_POSITION = 'select position from events order by position desc limit 1';
