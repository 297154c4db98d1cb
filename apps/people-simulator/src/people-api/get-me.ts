import { type Account, resourceOwnerOf } from '../storage/account-store.js';
import { personFields } from './connection-parameters.js';
import { refuseUnknownParameters } from './query-parameters.js';

/** `GET /v1/people/me`: who signed in. The owner has a name, an e-mail address, a photo and nothing else. */
export function getMe(account: Account, query: URLSearchParams): string {
  refuseUnknownParameters(query, ['personFields', 'sources']);
  const fields = personFields(query);
  const source = { type: 'PROFILE', id: account.sub };
  const metadata = { primary: true, sourcePrimary: true, source };
  const all = {
    metadata: {
      sources: [{ ...source, profileMetadata: { objectType: 'PERSON', userTypes: ['GOOGLE_USER'] } }],
      objectType: 'PERSON',
    },
    names: [
      {
        metadata,
        displayName: account.displayName,
        givenName: account.displayName,
        unstructuredName: account.displayName,
      },
    ],
    emailAddresses: [{ metadata: { ...metadata, verified: true }, value: account.email }],
    photos: [{ metadata, url: `https://lh3.googleusercontent.com/a/${account.sub}=s100` }],
  };
  const asked = Object.entries(all).filter(([field]) => (fields as readonly string[]).includes(field));
  return JSON.stringify({
    resourceName: resourceOwnerOf(account),
    etag: `%Eg${account.sub}`,
    ...Object.fromEntries(asked),
  });
}
