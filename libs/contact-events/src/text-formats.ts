import { z } from 'zod';

/** In lower case, as PostgreSQL and the packages that make ids write them. */
export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

export const time = z.iso.datetime();

/** In the log: digits, with gaps between the positions. */
export const position = z.string().regex(/^\d{1,19}$/);
