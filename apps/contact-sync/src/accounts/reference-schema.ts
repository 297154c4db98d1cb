import { ACCOUNT_REFERENCE } from '#accounts';
import { z } from 'zod';

/** What another product calls an account. */
export const reference = z
  .string()
  .regex(ACCOUNT_REFERENCE, 'must be 1 to 200 characters, without control characters');
