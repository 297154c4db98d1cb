/** Between several values in one cell. */
export const JOINT = ' ::: ';
