/** SQL of the beginning of the half hour in which the transaction began, in UTC. */
export const THIS_HALF_HOUR = `date_bin('30 minutes', now(), timestamptz '2000-01-01 00:00Z')`;

export const HALF_HOUR_SECONDS = 1_800;

/** A day of half hours, the one that it is now among them. */
export const HALF_HOURS_A_DAY = 48;

/** SQL of the beginning of the first half hour of a day that ends with this one. */
export const DAY_BEGIN = `${THIS_HALF_HOUR} - ${HALF_HOURS_A_DAY - 1} * interval '30 minutes'`;
