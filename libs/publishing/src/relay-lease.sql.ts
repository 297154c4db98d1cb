/** When a lease that is taken or renewed now ends, by the database's clock. @param milliseconds SQL */
export const LEASE_END = (milliseconds: string): string =>
  `clock_timestamp() + ${milliseconds} * interval '1 millisecond'`;

/** Whether $1, the relay, is led under $2, the fencing number. */
export const IS_HOLDER = 'name = $1 and fencing = $2 and owner is not null';
