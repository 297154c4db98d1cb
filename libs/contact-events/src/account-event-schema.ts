import { z } from 'zod';

import { position, time, uuid } from './text-formats.js';

const factShape = {
  accountId: uuid,
  reference: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .describe('What whoever had it connected calls it, when the event was made; null if it has none'),
  version: z.int().min(1).describe('1, 2, 3, … without a gap within an account'),
  occurredAt: time,
};

/** Version 1 of the data of each event of an account's life. None tells whose account it is. */
export const accountEventSchemas = {
  AccountConnected: z
    .object(factShape)
    .describe(
      'An account is connected: for the first time, again after it needed a sign-in or was disconnected, or under another ' +
        'reference than before',
    ),
  AccountSynced: z
    .object({
      ...factShape,
      lastPosition: position.describe(
        'The highest ce_position of the account\'s contact events: who has read them up to here holds all that the account had; "0" if it had nothing',
      ),
    })
    .describe('The first sync since the account was connected is complete'),
  AccountNeedsSignIn: z
    .object(factShape)
    .describe('Google no longer accepts the sign-in: nothing is synced until the person signs in again'),
  AccountDisconnected: z
    .object(factShape)
    .describe('The account is synced no more; what is known of its contacts stays'),
  AccountErased: z
    .object(factShape)
    .describe(
      'Every fact about the account is gone from the service, and each of its contacts was deleted before; the time is that of ' +
        'the request',
    ),
} as const;

export type AccountEventType = keyof typeof accountEventSchemas;
