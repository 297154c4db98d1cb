import { type GoogleClientSettings } from '#google-people';
import { type Configuration, proxyOf } from '#platform';

export function googleClientSettings(configuration: Configuration): GoogleClientSettings {
  return {
    clientId: configuration.GOOGLE_CLIENT_ID,
    clientSecret: configuration.GOOGLE_CLIENT_SECRET,
    peopleApiUrl: configuration.PEOPLE_API_URL,
    authUrl: configuration.GOOGLE_OAUTH_AUTH_URL,
    tokenUrl: configuration.GOOGLE_OAUTH_TOKEN_URL,
    revokeUrl: configuration.GOOGLE_OAUTH_REVOKE_URL,
    serviceAccount: configuration.GOOGLE_SERVICE_ACCOUNT_FILE,
    proxyOf: (url) => proxyOf(url, configuration),
  };
}
