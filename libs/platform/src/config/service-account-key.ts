import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { z } from 'zod';

/** A service account's key, as Google's console gives it. */
const keyFile = z
  .object({ type: z.literal('service_account'), client_email: z.string().min(1), private_key: z.string() })
  .transform(({ client_email: clientEmail, private_key: privateKey }) => ({ clientEmail, privateKey }));

/** Reads the key when the service starts, so that a wrong file stops the start and not the first sync. */
export const serviceAccountKey = z.string().transform((file, context) => {
  try {
    const key = keyFile.parse(JSON.parse(readFileSync(file, 'utf8')));
    createPrivateKey(key.privateKey);
    return key;
  } catch {
    const message = 'a readable file with the JSON key of a service account';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
});
