import { isUtf8 } from 'node:buffer';

import { type ContactMessage } from '#contact-events';
import { type WholeDeadLetter } from '#read-model';
import { z } from 'zod';

const bytesSchema = z
  .object({ encoding: z.enum(['utf-8', 'base64']), text: z.string() })
  .nullable()
  .describe('base64 for what is no UTF-8');

export const payloadSchema = z.object({
  key: bytesSchema,
  headers: z
    .array(z.object({ name: z.string(), value: bytesSchema }))
    .describe('A name may be there several times'),
  value: bytesSchema,
});

/** The record as it came, byte by byte. */
export function payloadOf({ key, headers, value }: WholeDeadLetter): z.infer<typeof payloadSchema> {
  return {
    key: shown(key),
    headers: headers.map(([name, bytes]) => ({ name, value: shown(bytes) })),
    value: shown(value),
  };
}

/** A record as it is sent. */
export function sentPayload({ key, headers, value }: ContactMessage): z.infer<typeof payloadSchema> {
  const sent = (text: string) => shown(Buffer.from(text));
  return {
    key: sent(key),
    headers: Object.entries(headers).map(([name, header]) => ({ name, value: sent(header) })),
    value: value === null ? null : sent(value),
  };
}

function shown(bytes: Buffer | null): z.infer<typeof bytesSchema> {
  if (bytes === null) return null;
  return isUtf8(bytes)
    ? { encoding: 'utf-8', text: bytes.toString('utf8') }
    : { encoding: 'base64', text: bytes.toString('base64') };
}
