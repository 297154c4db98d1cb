import { type Account, resourceOwnerOf } from '../storage/account-store.js';
import { personFields, sourcesOf } from './connection-parameters.js';
import { refuseUnknownParameters } from './query-parameters.js';

/** `GET /v1/people/me`: who signed in. */
export function getMe(account: Account, query: URLSearchParams): string {
  refuseUnknownParameters(query, ['personFields', 'sources']);
  sourcesOf(query);
  return JSON.stringify(owner(account, personFields(query)));
}

/** The account's owner, where the name is the owner's. */
export function ownerAs(
  account: Account,
  resourceName: string,
  fields: readonly string[],
): Record<string, unknown> | undefined {
  const isOwner = resourceName === 'people/me' || resourceName === resourceOwnerOf(account);
  return isOwner ? owner(account, fields) : undefined;
}

/** The owner has a name, an e-mail address, a photo and nothing else. */
function owner(account: Account, fields: readonly string[]): Record<string, unknown> {
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
  const asked = Object.entries(all).filter(([field]) => fields.includes(field));
  return {
    resourceName: resourceOwnerOf(account),
    etag: `%Eg${account.sub}`,
    ...Object.fromEntries(asked),
  };
}
