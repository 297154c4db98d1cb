import { GooglePeopleSources, NO_QUOTA, type RetryLimits } from '#google-people';

/** The service's own client, with a server in Google's place. @param url of the server */
export function googleSources(
  url: string,
  pageSize: number,
  limits?: RetryLimits,
  requestTimeoutMs?: number,
): GooglePeopleSources {
  const settings = {
    clientId: 'client',
    clientSecret: 'secret',
    peopleApiUrl: url,
    authUrl: `${url}/o/oauth2/v2/auth`,
    tokenUrl: `${url}/token`,
    revokeUrl: `${url}/revoke`,
  };
  return new GooglePeopleSources(settings, pageSize, NO_QUOTA, limits, requestTimeoutMs);
}
