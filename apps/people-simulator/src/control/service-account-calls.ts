import { generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { hashText } from '../persons/random.js';
import { bodyOf, type ControlAnswer, type ControlCall } from './control-call.js';

const serviceAccountSchema = z.strictObject({
  email: z.email().default('contactstream@people-simulator.iam.gserviceaccount.com'),
  domains: z.array(z.string().toLowerCase()).default(['example.com']),
  scopes: z.array(z.string()).default(['https://www.googleapis.com/auth/contacts.readonly']),
});

/**
 * `POST /control/service-accounts`: makes a key for a service account, and lets it act for the persons of some domains.
 * Answers with the key file, as Google's console gives it; an older key of the account counts no longer.
 */
export function putServiceAccount(call: ControlCall): ControlAnswer {
  const { email, domains, scopes } = bodyOf(call, serviceAccountSchema);
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  call.parts.serviceAccounts.put({ email, publicKey, domains, scopes });
  return {
    status: 201,
    body: {
      type: 'service_account',
      project_id: 'people-simulator',
      private_key_id: hashText(publicKey).toString(16),
      private_key: privateKey,
      client_email: email,
      client_id: String(hashText(email)),
    },
  };
}
